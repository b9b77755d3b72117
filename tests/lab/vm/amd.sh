#!/bin/sh
# SPDX-License-Identifier: MIT
#
# amd.sh HOST USER PF...: what AMD's driver makes of a PF's PASID from one owner to the next, by
# setpci, and what vpasid says beside it. HOST is PASID Control while no user of VFIO has the
# PF, USER what it is while one has.
. tests/lab/vm/lib.sh
host=$1
user=$2
shift 2
# bound to iommufd, and attached to nothing: a blocked domain
[ ! -e /dev/iommu ] || user=0000

# on CONTROL: whether PASID is enabled
on() {
	[ "$1" != 0000 ]
}

state_by() {
	on "$1" && echo enabled || echo off
}

# not_sure: explain's headline doesn't say that a VMM can use it without doubt
not_sure() {
	! echo "$stdout" | head -n 1 | grep 'PASID is usable.*(sure)'
}

# explained BDF WHEN
explained() {
	tells vpasid explain "$1"
	ok "$1 $2: explain isn't sure of what AMD's driver attaches to no PASID" not_sure
}

# asked BDF CONTROL: query says what it is while query has the function open
asked() {
	tells vpasid query --vf-token "$TOKEN" "$1"
	ok "$1: query ends by PASID Control" [ $status = "$(query_status "$2")" ]
	ok "$1: so says its answer" shown "^$1 .* $(queried "$2" 20 3) "
}

# No driver of AMD's attaches a PASID for VFIO, up to 7.3.
tried() {
	tells vpasid try --vf-token "$TOKEN" "$1"
	ok "$1: try says that it can't be done: 1" [ $status = 1 ]
}

efr=$(sed -n 's/^amd  *efr=0x//p' "$(cat /lab/topology)")
ok "the kernel believes the topology's features" says "${efr:-5000f000059d3}" amd_efr
modprobe pasid_vfio_pci enable_sriov=1
for pf; do
	echo "$(uname -r), $(grep -oE '(amd_)?iommu=[^ ]*' /proc/cmdline | xargs):" \
		"domain $(cat "$PCI/devices/$pf/iommu_group/type")"
	ok "$pf at boot: PASID Control is $host" says "$host" control "$pf"
	ok "$pf: so says list" says "$(state_by "$host")" listed "$pf"
	explained "$pf" "on no driver"

	ok "$pf is bound" ends 0 vpasid bind "$pf"
	ok "$pf bound: PASID Control is $host" says "$host" control "$pf"
	explained "$pf" bound
	ok "$pf opened: PASID Control is $user" says "$user" \
		while_open "$pf" "$TOKEN" setpci -s "$pf" ECAP1b+6.w
	ok "$pf: so says list meanwhile" says "$(state_by "$user")" while_open "$pf" "$TOKEN" \
		sh -c "vpasid list -p -s ${pf#0000:} | cut -f 9"
	asked "$pf" "$user"
	tried "$pf"
	ok "$pf closed: PASID Control is $host" says "$host" control "$pf"

	# A VF's PASID is its PF's, who has another owner.
	make_vfs "$pf" 1
	vf=$(vfs_of "$pf")
	bind "$vf" pasid_vfio_pci
	ok "$vf opened, its PF not: PASID Control is $host" says "$host" \
		while_open "$vf" "$TOKEN" setpci -s "$pf" ECAP1b+6.w
	asked "$vf" "$host"
	tried "$vf"
	ok "$vf opened, and its PF: PASID Control is $user" says "$user" \
		while_open "$vf" "$TOKEN" while_open "$pf" "$TOKEN" setpci -s "$pf" ECAP1b+6.w
	echo 0 >"$PCI/devices/$pf/sriov_numvfs"

	ok "$pf is given back" ends 0 vpasid unbind "$pf"
	ok "$pf given back: PASID Control is $host" says "$host" control "$pf"
done
plan
