#!/bin/sh
# SPDX-License-Identifier: MIT
#
# amd.sh HOST USER PF...: whether AMD's driver enables a PF's PASID, from one owner to the next, by
# setpci, and what vpasid says beside it. HOST is PASID Control while no user of VFIO has the
# PF, USER what it is while one has.
. tests/lab/vm/lib.sh
host=$1
user=$2
shift 2
asking=$user
# Bound to iommufd, and attached to nothing: a blocked domain. query attaches page tables that are
# made for PASIDs, where the kernel has them.
if [ -e /dev/iommu ]; then
	user=0000
	asking=0000
	is_before 6.13 || asking=$host
fi

# on CONTROL: whether PASID is enabled
on() {
	[ "$1" != 0000 ]
}

# by_list BDF: by list, bits that can be used, and the state
by_list() {
	vpasid list -p --all -s "${1#0000:}" 2>/dev/null | cut -f 6,9
}

# Enabled or not, AMD's driver attaches nothing for VFIO up to 7.3.
state_by() {
	printf '0\t%s\n' "$(on "$1" && echo enabled || echo off)"
}

# tells_all COMMAND ARG...: as tells, with the messages in $stdout, too
tells_all() {
	tells "$@"
	stdout=$(cat /tmp/stdout /tmp/stderr)
}

# explained BDF WHEN
explained() {
	tells vpasid explain "$1"
	ok "$1 $2: explain says so: 1" [ $status = 1 ]
	ok "$1 $2: and why" shown "^$1: PASID is not usable: .* \(sure\)"
}

# asked BDF CONTROL: query says what it is while query has the function open. Nothing can be
# attached to a PASID that is on.
asked() {
	tells_all vpasid query --vf-token "$TOKEN" "$1"
	ok "$1: query says that none can be used: 1" [ $status = 1 ]
	ok "$1: so says its answer" shown "^$1 .* $(queried "$2" 20 3) "
	if on "$2"; then
		ok "$1: and why" shown "no address space can be attached to its PASIDs"
	elif [ "$(told_iommu_width 20)" != - ]; then
		ok "$1: and why" shown "PASID is disabled now, .* AMD IOMMU driver supports PASIDs only for SVA"
	fi
}

# why CONTROL: why try can't do it
why() {
	if ! on "$1"; then
		echo "PASID isn't enabled for it on this host"
	elif [ ! -e /dev/iommu ]; then
		echo "this host has no iommufd"
	elif is_before 6.15; then
		echo "the kernel is older than 6.15"
	else
		echo "the driver of the IOMMU doesn't support attaching PASIDs: up to Linux 7.3, AMD's"
	fi
}

# tried BDF CONTROL: the same of try
tried() {
	tells_all vpasid try --vf-token "$TOKEN" "$1"
	ok "$1: try says that it can't be done: 1" [ $status = 1 ]
	ok "$1: and why" shown "^$1: PASID 1 can't be attached: $(why "$2")"
}

efr=$(sed -n 's/^amd  *efr=0x//p' "$(cat /lab/topology)")
ok "the kernel believes the topology's features" says "${efr:-5000f000059d3}" amd_efr
modprobe pasid_vfio_pci enable_sriov=1
for pf; do
	echo "$(uname -r), $(grep -oE '(amd_)?iommu=[^ ]*' /proc/cmdline | xargs):" \
		"domain $(cat "$PCI/devices/$pf/iommu_group/type")"
	ok "$pf at boot: PASID Control is $host" says "$host" control "$pf"
	ok "$pf: so says list" says "$(state_by "$host")" by_list "$pf"
	explained "$pf" "on no driver"

	ok "$pf is bound" ends 0 vpasid bind "$pf"
	ok "$pf bound: PASID Control is $host" says "$host" control "$pf"
	explained "$pf" bound
	ok "$pf opened: PASID Control is $user" says "$user" \
		while_open "$pf" "$TOKEN" setpci -s "$pf" ECAP1b+6.w
	ok "$pf: so says list meanwhile" says "$(state_by "$user")" while_open "$pf" "$TOKEN" \
		sh -c "vpasid list -p -s ${pf#0000:} | cut -f 6,9"
	asked "$pf" "$asking"
	tried "$pf" "$asking"
	ok "$pf closed: PASID Control is $host" says "$host" control "$pf"

	# A VF's PASID is its PF's, who has another owner.
	make_vfs "$pf" 1
	vf=$(vfs_of "$pf")
	bind "$vf" pasid_vfio_pci
	ok "$vf opened, its PF not: PASID Control is $host" says "$host" \
		while_open "$vf" "$TOKEN" setpci -s "$pf" ECAP1b+6.w
	asked "$vf" "$host"
	tried "$vf" "$host"
	ok "$vf opened, and its PF: PASID Control is $user" says "$user" \
		while_open "$vf" "$TOKEN" while_open "$pf" "$TOKEN" setpci -s "$pf" ECAP1b+6.w
	echo 0 >"$PCI/devices/$pf/sriov_numvfs"

	ok "$pf is given back" ends 0 vpasid unbind "$pf"
	ok "$pf given back: PASID Control is $host" says "$host" control "$pf"
done
plan
