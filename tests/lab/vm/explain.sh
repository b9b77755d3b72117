#!/bin/sh
# SPDX-License-Identifier: MIT
#
# explain.sh FUNCTION LINK WHERE...: what vpasid explain says of each function, against what
# the kernel has done. FUNCTION is a path as in a topology, with "vf:" before it its first
# VF; LINK is the one that the topology has broken, or "sound", with "!" behind it if PASID
# Control says on all the same; WHERE is the path of the
# function that the link is of, or "-".
. tests/lab/vm/lib.sh

# pf_of FUNCTION, function_of FUNCTION: as BDFs; a VF is made if it isn't there
pf_of() {
	bdf_of "${1#vf:}"
}

function_of() {
	pf=$(pf_of "$1")
	case $1 in
	vf:*)
		[ -e "$PCI/devices/$pf/virtfn0" ] || make_vfs "$pf" 1
		vfs_of "$pf" | head -n 1
		;;
	*) echo "$pf" ;;
	esac
}

# enable_bit BDF: of PASID Control, by setpci, which starts five times as fast as lspci
enable_bit() {
	control=$(setpci -s "$1" ECAP1b+6.w 2>/dev/null) || control=0
	[ $((0x$control & 1)) = 1 ] && echo on || echo off
}

# VFIO accepts a group only if the host uses no function of it.
free_group() {
	for other in "$PCI/devices/$bdf"/iommu_group/devices/*; do
		case $(driver_of "${other##*/}") in
		none | pcieport | pasid_vfio_pci) ;;
		*) echo "${other##*/}" >"$other/driver/unbind" ;;
		esac
	done
}

has_group() {
	[ -e "$PCI/devices/$bdf/iommu_group" ]
}

# The kernel's verdict on the function $bdf is the driver's answer, which comes from the kernel's
# own record. Without an IOMMU the driver can't be asked: then PASID can't be enabled. Before a
# driver is offered the function there may be none yet (unprobed.sh).
judge() {
	kernel=off
	free_group
	vpasid bind "$bdf" || { ! has_group; return; }
	vpasid query --json --vf-token "$TOKEN" "$bdf" >/tmp/answer
	queried=$?
	! grep -q '"enabled": true' /tmp/answer || kernel=on
	usable=1
	[ "$kernel" = off ] || [ "$(iommu_width 20)" = 0 ] || usable=0
	[ $queried = $usable ] && return
	cat /tmp/answer
	return 1
}

# explains STATUS OPTION...: explain ends with it; $stdout has what it said
explains() {
	explains_status=$1
	shift
	stdout=$(vpasid explain "$@" 2>/tmp/stderr)
	status=$?
	[ "$status" = "$explains_status" ] && return
	echo "$stdout" | cat - /tmp/stderr | sed 's/^/  /'
	echo "ended with $status, not $explains_status"
	return 1
}

# The first broken link, as "LINK BDF", or "sound"
named() {
	echo "$stdout" | awk '
		NR > 1 && $1 == "broken" {
			gsub(",", "", $2)
			print $2, $3 ~ /^[0-9a-f]+:.*[.]/ ? $3 : "-"
			exit
		}
		/^$/ { print "sound"; exit }'
}

# ends_as_kernel OPTION...: explain's verdict is the kernel's
ends_as_kernel() {
	if [ "$kernel" = on ]; then
		explains "$(explain_status)" "$@"
	else
		explains 1 "$@"
	fi
}

# names LINK WHERE: explain names it as the first that is broken
names() {
	expected=$1
	[ "$1" = sound ] || expected="$1 $2"
	[ "$(named)" = "$expected" ] && return
	echo "named: $(named), expected: $expected"
	echo "$stdout" | sed 's/^/  /'
	return 1
}

explain_first() {
	had_group=no
	! has_group || had_group=yes
	vpasid explain "$bdf"
	first=$?
}

# Without a group PASID was still off, because it was unknown whether an IOMMU covers the function.
said_so_first() {
	[ "$first" = "$status" ] || { [ "$first" = 1 ] && [ "$had_group" = no ] && has_group; }
}

has_config() {
	mkdir -p /boot && cp build/lanes/*/root/boot/config-"$(uname -r)" /boot/ &&
		explains "$(explain_status)" "$bdf" &&
		echo "$stdout" | grep "^  ok  .* kernel  .*CONFIG_PCI_PASID is set" |
			grep -F " /boot/config-$(uname -r) " &&
		rm /boot/config-*
}

# For somebody who may read 64 bytes of config space the rest is unknown. What an IOMMU can do,
# all may read, but sysfs has nothing of an SMMUv3.
as_nobody() {
	iommu_pasid='ok +sure'
	[ "$(iommu_kind)" != smmuv3 ] || iommu_pasid=unknown
	start-stop-daemon -S -c nobody -x "$(which vpasid)" -- explain -D "$bdf" >/tmp/stdout
	[ $? = 3 ] && grep "^$bdf: can't tell whether PASID is usable" /tmp/stdout &&
		grep -E "^  $iommu_pasid +iommu-pasid " /tmp/stdout &&
		grep -E "^  unknown +capability .*reading its config space" /tmp/stdout
}

# Needs that the driver has met
meets_needs() {
	[ "$(echo "$stdout" | grep -cE \
		"^  ok +(vfio +bound to pasid_vfio_pci|report +pasid_vfio_pci reports PASID)")" = 2 ]
}

# Before 6.2 the kernel doesn't ask for ACS: without it, all is sound.
asks_for_acs() {
	case $(uname -r) in
	6.[01].* | [1-5].*) return 1 ;;
	esac
}

# live: of the function $bdf, on this machine
live() {
	pf=$(pf_of "$function")
	ok "$function: explain changes no config space" writes_nothing explain_first
	ok "$function: somebody can say what the kernel did" judge
	if [ "$link" = sound ]; then
		ok "$function: the kernel has PASID on" [ "$kernel" = on ]
	else
		ok "$function: the kernel has PASID off" [ "$kernel" = off ]
	fi
	ok "$function: PASID Control says $bit" says "$bit" enable_bit "$pf"
	ok "$function: so says explain" ends_as_kernel "$bdf"
	ok "$function: it names $link$([ "$where" = - ] || echo " of $where")" names "$link" "$where"
	[ "$link" != sound ] ||
		ok "$function: it has read PASID Control" shown "^  ok +sure +enabled .*PASID is enabled"
	[ "$(uname -m)" != aarch64 ] ||
		ok "$function: it advises nothing of Intel's" [ "${stdout#*intel}" = "$stdout" ]
	ok "$function: it said so before the function was bound" said_so_first
	! has_group ||
		ok "$function: it finds the driver that reports PASID" meets_needs
	ok "$function: a recorded sysfs says the same" ends_as_kernel --sysfs /sys "$bdf"
	if [ "$link" = sound ]; then
		! ls build/lanes/*/root/boot/config-"$(uname -r)" >/dev/null 2>&1 ||
			ok "$function: with the kernel's configuration in /boot" has_config
		ok "$function: who isn't root learns what can't be known" as_nobody
	fi
}

# dumped: of the same function in a dump of the machine, which says nothing of its IOMMU. The
# kernel's verdict is that of `live`.
dumped() {
	case $link in
	iommu*) return ;;
	sound) kernel=on ;;
	*) kernel=off ;;
	esac
	[ -e /tmp/dump ] || lspci -n -xxxx >/tmp/dump
	if [ "$kernel" = on ]; then
		ok "$function: a dump says the same" explains 0 --file /tmp/dump "$bdf"
	else
		ok "$function: a dump says the same" explains 1 --file /tmp/dump "$bdf"
	fi
	ok "$function: it names $link, too" names "$link" "$where"
}

# each ROWS FUNCTION LINK WHERE...: the rows of all functions
each() {
	rows=$1
	shift
	while [ $# -gt 0 ]; do
		function=$1 link=${2%!} where=$3 bit=off
		[ "$link" != acs ] || asks_for_acs || link=sound
		case $link${2#"${2%!}"} in
		sound | *!) bit=on ;;
		esac
		shift 3
		[ "$where" = - ] || where=$(bdf_of "$where")
		bdf=$(function_of "$function")
		# The link to the IOMMU has the function's own name.
		[ "$link" != iommu ] || where=$bdf
		"$rows"
	done
}

# Some kernels let a port sleep while everything below it sleeps, as unused functions of VFIO do. What is
# below isn't read then, and this test needs it.
keep_ports_awake() {
	for port in "$PCI"/drivers/pcieport/0*; do
		[ ! -e "$port" ] || echo on >"$port/power/control"
	done
}

mkdir -p /etc
echo nobody:x:65534:65534::/:/bin/sh >>/etc/passwd
modprobe pasid_vfio_pci enable_sriov=1
keep_ports_awake
each live "$@"
# All VFs are there by now.
each dumped "$@"
plan
