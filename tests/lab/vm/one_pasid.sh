#!/bin/sh
# SPDX-License-Identifier: MIT
#
# one_pasid.sh PF: behind an IOMMU with PASID 0 alone no PASID can be used, though the kernel
# enables it: not by the feature, not by the library, not by query and try. PASID stays on for a
# VF as long as the host has its PF.
. tests/lab/vm/lib.sh
pf=$(bdf_of "$1")

# sources_agree: query --json says so, where iommufd reports PASIDs
sources_agree() {
	if [ -e /dev/iommu ] && ! is_before 6.15; then
		ok "iommufd is asked, too" shown '"second_source": "iommufd"'
		ok "it agrees" shown '"agree": true'
	fi
}

ok "the IOMMU has one PASID" says 1 iommu_pasids
ok "the kernel has enabled PASID" says "$(control_of_host 3)" control "$pf"
modprobe pasid_vfio_pci
modprobe vfio-pci
ok "a VF" make_vfs "$pf" 1
vf=$(vfs_of "$pf")
ok "is taken" bind "$vf" pasid_vfio_pci
ok "the feature has a width, and knows that the IOMMU has none" says \
	"width=20 capabilities=3 enabled=0 iommu_width=0 reserved=0,0" ask "$vf"
ok "query: 1" ends 1 vpasid query "$vf"
ok "the IOMMU's width is 0" shown "^$vf +VF of $pf +pasid_vfio_pci +20 +off +off +yes +0 +vfio-feature"
ok "says why" told "the IOMMU provides only PASID 0 for it: none can be used"
ok "the sources agree" [ "${stderr#*disagree}" = "$stderr" ]
ok "query --json: 1" ends 1 vpasid query --json "$vf"
ok "none is usable" shown '"usable_width": 0,'
sources_agree
ok "try: 1" ends 1 vpasid try "$vf"
ok "says why" shown "PASID 1 can't be attached: the IOMMU provides only PASID 0 for this function"
ok "the VF is stock vfio-pci's" bind "$vf" vfio-pci
ok "query: 1" ends 1 vpasid query --json "$vf"
ok "the IOMMU's width is 0" shown '"iommu_width": 0,'
ok "none is usable" shown '"usable_width": 0,'
sources_agree
ok "says why" told "the IOMMU provides only PASID 0 for it: none can be used"
ok "list: 0" ends 0 vpasid list --json -s "${vf#0000:}"
ok "says the same" shown '"usable_width": 0,'
plan
