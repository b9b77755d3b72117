#!/bin/sh
# SPDX-License-Identifier: MIT
#
# moment.sh PF PLAIN: the answers about the PASID of a PF, which is at 0x180, and of its VF are
# what PASID Control has at that moment, on an IOMMU whose driver leaves PASID on and on AMD's,
# which switches it, or up to Linux 6.1 has it off. PLAIN has no PASID. The lab fails if the
# kernel warns, as it does if IOMMU_GET_HW_INFO is asked about a function whose PASID is off.
. tests/lab/vm/lib.sh
pf=$(bdf_of "$1")
plain=$(bdf_of "$2")

bits=$(iommu_width 20)
on=$(control_of_host 3)
user=$(control_of_user 3)
asked=$(control_while_asked 3)
also=
[ ! -e /dev/iommu ] || also=", iommufd"
kind=other attached=1
if [ "$(iommu_kind)" = amd ]; then
	kind=amd attached=0
	! grep -q amd_iommu=pgtbl_v2 /proc/cmdline || kind=amd-v2
fi

# is_hosts: PASID Control of the PF is what the host has
is_hosts() {
	says "$on" control "$pf"
}

# queried DRIVER SOURCE: of the PF, which is given page tables for PASIDs where the kernel has
# them
queried() {
	if [ "$attached" = 0 ] && [ "$asked" = 0000 ]; then
		ok "query of the PF on $1: 1" ends 1 vpasid query "$pf"
		ok "it is off" shown "^$pf +PF +$1 +0 +no +no +no +($bits|-) +$2 +[A-Z]"
	elif [ "$attached" = 0 ]; then
		ok "query of the PF on $1: 1" ends 1 vpasid query "$pf"
		ok "it is on, without permissions" shown "^$pf +PF +$1 +20 +off +off +yes +$bits +$2$also +[A-Z]"
		ok "but can't be used" told "no address space can be attached to its PASIDs"
		ok "query --json: 1" ends 1 vpasid query --json "$pf"
		ok "none is usable" shown '"usable_width": 0,'
		ok "as the kernel refuses" shown '"attach_refused": true'
		ok "its driver has no registers for iommufd" shown '"iommu": null'
	elif [ -e /dev/iommu ]; then
		ok "query of the PF on $1: 0" ends 0 vpasid query --json "$pf"
		ok "all are usable" shown "\"usable_width\": $bits,"
		ok "it has the IOMMU's registers" shown '"ECAP": "0x'
		ok "and their fields" shown "\"PSS\": $((bits - 1)),"
		ok "which say the same" shown "\"pasid_width\": $bits,"
	fi
}

# tried: vpasid try's result for the PF
tried() {
	status=$((1 - attached))
	ok "try: $status" ends "$status" vpasid try --vf-token "$TOKEN" "$pf"
	if [ "$attached" = 0 ]; then
		ok "it gets as far as the kernel's refusal" shown "failed +attach"
		ok "and names AMD's driver" shown "the driver of the IOMMU doesn't support attaching PASIDs: up to Linux 7.3, AMD's"
	fi
}

# of_a_vf: PASID is its PF's. While the PF is the host's, it is on; whoever opens the PF
# switches it off, under a VF that is in use.
of_a_vf() {
	ok "a VF, whose PF is on nvme" make_vfs "$pf" 1
	vf=$(vfs_of "$pf")
	ok "is taken" bind "$vf" pasid_vfio_pci
	ok "PASID Control is $on, for both" is_hosts
	ok "so says the feature of the VF" says "$(answer "$on" 20 3)" ask "$vf"
	echo 0 >"$PCI/devices/$pf/sriov_numvfs"
}

modprobe pasid_vfio_pci enable_sriov=1
modprobe vfio-pci
ok "PASID Control is $on in the host's use" is_hosts
of_a_vf
ok "the PF is taken" bind "$pf" pasid_vfio_pci
ok "it is $on yet" is_hosts
if [ "$attached" = 0 ]; then
	ok "opened by VFIO, it is $user; the IOMMU's width is known" says \
		"$(answer "$user" 20 3)" ask "$pf" "$TOKEN"
fi
queried pasid_vfio_pci vfio-feature
if [ -e /dev/iommu ] && ! is_before 6.15; then
	program pasid_vfio_pci moment_test "$kind" "$pf" "$pf" 0x180 "$TOKEN"
	tried
fi
ok "nobody has it open: PASID Control is $on again" is_hosts
ok "the PF is stock vfio-pci's" bind "$pf" vfio-pci
queried vfio-pci sysfs
if [ -e /dev/iommu ] && ! is_before 6.15; then
	program vfio-pci moment_test "$kind" "$pf" "$pf" 0x180 "$TOKEN"
	tried
fi
ok "one without PASID is taken" bind "$plain" pasid_vfio_pci
ok "it has none" ends 1 vpasid query --json "$plain"
if [ -e /dev/iommu ] && [ "$attached" = 1 ]; then
	ok "and the IOMMU's registers are the same" shown '"ECAP": "0x'
fi
plan
