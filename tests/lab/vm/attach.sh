#!/bin/sh
# SPDX-License-Identifier: MIT
#
# attach.sh PF NARROW PLAIN OFF: both sources of PASID, the library's attach.h and vpasid
# try, with our driver and with vfio-pci. NARROW has PASIDs of 8 bits and EXEC alone, PLAIN
# none, and that of OFF isn't enabled. The lab fails if the kernel warns, as it does if
# IOMMU_GET_HW_INFO is asked about OFF.
. tests/lab/vm/lib.sh
pf=$(bdf_of "$1")
narrow=$(bdf_of "$2")
plain=$(bdf_of "$3")
off=$(bdf_of "$4")
wide=$(iommu_width 20)
limit=$(iommu_width 8)
# PASID Control of the VF, whose PF nobody has opened, and of NARROW, which query opens itself
vf_control=$(control_of_host 3)
narrow_control=$(control_while_asked 1)

# What try says first, whatever else is missing: where PASID is off, and of an SMMUv3 as QEMU
# emulates it
none="PASID isn't enabled for it on this host"
no_pasid="the IOMMU provides only PASID 0 for this function"

# try STATUS ARG...: vpasid try ends with that status
try() {
	try_status=$1
	shift
	ends "$try_status" vpasid try "$@"
}

# bind_all DRIVER FUNCTION...
bind_all() {
	to=$1
	shift
	for function; do
		bind "$function" "$to"
	done
}

# query_says DRIVER SOURCES: of the VF and of NARROW. Of a function whose PASID is off, the second
# source isn't asked.
query_says() {
	narrow_sources=$2
	[ "$narrow_control" != 0000 ] || narrow_sources=${2%%,*}
	ok "query: the VF has PASID Control $vf_control, the narrow one $narrow_control" \
		ends "$(query_status "$vf_control" "$narrow_control")" \
		vpasid query --vf-token "$TOKEN" "$vf" "$narrow"
	ok "of the VF: $2" shown "^$vf +VF of $pf +$1 +$(queried "$vf_control" 20 3) +$2 "
	ok "of the narrow one: $narrow_sources" shown \
		"^$narrow +function +$1 +$(queried "$narrow_control" 8 1) +$narrow_sources +[A-Z]"
	ok "there is no disagreement" not_told disagree
}

not_told() {
	! told "$1" >/dev/null
}

# off_says DRIVER SOURCE IOMMU-WIDTH: the first source says that there is no PASID; the second
# isn't asked. The driver knows what the IOMMU would give OFF.
off_says() {
	for function in "$plain" "$off"; do
		width=-
		[ "$function" = "$plain" ] || width=$3
		ok "query of $function: 1" ends 1 vpasid query "$function"
		ok "by one source" shown "^$function +function +$1 +0 +no +no +no +$width +$2 +[A-Z]"
		case $width in
		- | 0) ;;
		*) ok "PASID is off now" told "PASID is disabled now, although the IOMMU" ;;
		esac
		ok "try: 1" try 1 "$function"
		ok "says why" shown "PASID 1 can't be attached: $none"
		ok "and goes no further" shown "failed +query"
	done
}

# Tries PASIDs up to the last that can be used, and one beyond. QEMU 7.2 has one beside 0.
try_says() {
	ok "try of a PASID: 0" try 0 --vf-token "$TOKEN" "$vf"
	ok "says so" shown "^$vf: PASID 1 was attached, replaced and detached: this host supports it"
	ok "leaves nothing behind" shown "ok +clean-up +nothing is left behind"
	last=$(((1 << wide) - 1))
	ok "try of the last one: 0" try 0 --pasid "$last" --vf-token "$TOKEN" "$vf"
	ok "try of the narrow one's last: 0" try 0 --pasid $(((1 << limit) - 1)) "$narrow"
	ok "try beyond: 1" try 1 --pasid $((1 << limit)) "$narrow"
	ok "says why" shown "PASID $((1 << limit)) can't be attached: .* only PASIDs of $limit bits?, up to $(((1 << limit) - 1))\$"
	ok "leaves nothing behind, either" shown "ok +clean-up"
	ok "try --json: 0" try 0 --json "$narrow"
	ok "the verdict is done" shown '"verdict": "done"'
}

# A user who was given the function; with stock vfio-pci only the second source is left.
as_a_user() {
	node=/dev/vfio/devices/$(basename "$PCI/devices/$narrow"/vfio-dev/vfio*)
	chown 1000 "$node"
	chown 1000 /dev/iommu
	ok "try of a user who was given both: 0" ends 0 as_user vpasid try "$narrow"
	ok "query of such a user: 0" ends 0 as_user vpasid query -D "$narrow"
	ok "$2" shown "^$narrow +function +$1 +$3 +yes +no +yes +$limit +$2 "
	chown 0 /dev/iommu
}

# A user of the group alone gets the driver's answer, and no more.
with_the_group() {
	chown 1000 "/dev/vfio/$(basename "$(readlink "$PCI/devices/$narrow/iommu_group")")"
	ok "try of a user who was given the group: 1" ends 1 as_user vpasid try "$narrow"
	ok "says so" shown "no permission to open /dev/iommu"
	ok "query has one source" ends 0 as_user vpasid query -D "$narrow"
	ok "the driver" shown "^$narrow +function +pasid_vfio_pci +8 .* $limit +vfio-feature +[A-Z]"
}

# refused DRIVER WHY REASON: try says WHY it can't be done here, and so does the library
refused() {
	if [ "$vf_control" = 0000 ]; then
		ok "try: 1" try 1 --vf-token "$TOKEN" "$vf"
		ok "says why" shown "PASID 1 can't be attached: $none"
		return
	fi
	refused_why=$2 refused_step=support
	[ "$wide" != 0 ] || refused_why=$no_pasid refused_step=query
	ok "try: 1" try 1 --vf-token "$TOKEN" "$vf"
	ok "says why" shown "PASID 1 can't be attached: $refused_why"
	ok "at its step" shown "failed +$refused_step"
	ok "try --json: 1" try 1 --json "$narrow"
	ok "the verdict is impossible" shown '"verdict": "impossible"'
	program "$1" attach_refused_test "$vf" "$TOKEN" "$3"
}

# attaches DRIVER
attaches() {
	try_says
	[ "$wide" = 1 ] || program "$1" attach_test "$vf" "$other" "$narrow" "$plain" "$TOKEN"
}

# The example that doc/vmm-reference.md walks through
example_attaches() {
	node=/dev/vfio/devices/$(basename "$PCI/devices/$narrow"/vfio-dev/vfio*)
	ok "the example attaches and detaches" says "PASIDs of $limit bits, according to $1
PASID 1: attached
PASID 1: detached" build/examples/attach "$node" 1
	ok "it refuses what is too wide: 1" ends 1 build/examples/attach "$node" 256
	ok "and says so" told "it has more bits"
}

# attaches_none DRIVER: up to 7.3, AMD's driver attaches PASIDs for nobody but SVA, and QEMU's
# SMMUv3 has none.
attaches_none() {
	ok "try with $1: 1" try 1 --vf-token "$TOKEN" "$vf"
	ok "says so" shown "PASID 1 can't be attached"
	[ "$wide" != 0 ] || ok "says why" shown "$no_pasid"
	ok "leaves nothing behind" not_left
	ok "try --json with $1: 1" try 1 --json "$narrow"
	ok "the verdict is impossible" shown '"verdict": "impossible"'
}

not_left() {
	! shown "failed +clean-up" >/dev/null
}

with_iommufd() {
	query_says pasid_vfio_pci "vfio-feature, iommufd"
	ok "query --json" ends "$(query_status "$narrow_control")" vpasid query --json "$narrow"
	if [ "$narrow_control" = 0000 ]; then
		ok "has no second source" shown '"second_source": null'
		ok "which could agree" shown '"agree": null'
	else
		ok "has the second source" shown '"second_source": "iommufd"'
		ok "which agrees" shown '"agree": true'
	fi
	old="the kernel is older than 6.15"
	if is_before 6.15; then
		refused pasid_vfio_pci "$old" "$old"
	elif [ "$(iommu_kind)" = amd ] || [ "$wide" = 0 ]; then
		attaches_none pasid_vfio_pci
	else
		attaches pasid_vfio_pci
		example_attaches vfio-feature
		with_the_group
		as_a_user pasid_vfio_pci "vfio-feature, iommufd" 8
	fi

	ok "whoever had PASIDs attached has ended: the driver can be changed" bind "$other" vfio-pci
	bind_all vfio-pci "$vf" "$narrow" "$plain" "$off"
	query_says vfio-pci "sysfs, iommufd"
	off_says vfio-pci sysfs "$(sysfs_width 20)"
	if is_before 6.15; then
		why=$old
		[ "$wide" != 0 ] || why=$no_pasid
		[ "$narrow_control" != 0000 ] || why=$none
		ok "try with vfio-pci: 1" try 1 "$narrow"
		ok "says why" shown "$why"
	elif [ "$(iommu_kind)" = amd ] || [ "$wide" = 0 ]; then
		attaches_none vfio-pci
	else
		attaches vfio-pci
		example_attaches iommufd
		as_a_user vfio-pci iommufd "$limit"
	fi
}

without_iommufd() {
	query_says pasid_vfio_pci vfio-feature
	release=$(uname -r)
	refused pasid_vfio_pci \
		"this host has no iommufd \(/dev/iommu is missing\): .* this kernel is ${release%%+*}" \
		"opened by its group"
}

modprobe pasid_vfio_pci enable_sriov=1
modprobe vfio-pci
bind "$pf" pasid_vfio_pci
ask "$pf" "$TOKEN" >/dev/null
make_vfs "$pf" 2
vfs=$(vfs_of "$pf" | xargs)
vf=${vfs% *}
other=${vfs#* }
bind_all pasid_vfio_pci "$narrow" "$plain" "$off"

ok "try of a function that isn't there: 3" try 3 00:13.0
ok "try of PASID 0: 2" try 2 --pasid 0 "$narrow"
ok "says what 0 is" told "without a PASID"
off_says pasid_vfio_pci vfio-feature "$(told_iommu_width 20)"
if [ -e /dev/iommu ]; then
	with_iommufd
else
	without_iommufd
fi
bind "$narrow" nvme
ok "try of a function on nvme: 3" try 3 "$narrow"
ok "says what to do" told "use \`vpasid bind $narrow\`"
plan
