#!/bin/sh
# SPDX-License-Identifier: MIT
#
# kernel_without_pasid.sh FUNCTION CONFIG: a function that has the capability, on a kernel that
# is built without PASID, as the file CONFIG says
. tests/lab/vm/lib.sh
bdf=$1
config=$2

# states: of what list has, each once
states() {
	vpasid list -p | cut -f 9 | sort -u
}

says_not_set() {
	ends 1 vpasid explain "$bdf" && shown \
		"^$bdf: PASID is not usable: kernel: .*, CONFIG_PCI_PASID is not set"
}

# An IOMMU is there, and VFIO uses it.
has_iommu() {
	[ "$(iommu_kind)" = smmuv3 ] && [ -e "$PCI/devices/$bdf/iommu_group" ]
}

suspects_kernel() {
	ends 1 vpasid explain "$bdf" && shown "^$bdf: PASID is not usable: enabled of $bdf: " &&
		shown "^  doubt .* these links can't be judged: kernel,"
}

finds_kernel() {
	ends 1 vpasid check --for sva && shown '^FAIL +kernel .*CONFIG_PCI_PASID is not set' &&
		shown '^FAIL +sva-kernel .*CONFIG_ARM_SMMU_V3_SVA'
}

ok "the kernel's configuration says so" grep -qx '# CONFIG_PCI_PASID is not set' "$config"
ok "PASID Control is 0" says 0000 setpci -s "$bdf" ECAP1b+6.w
ok "list has it as off" says off states
ok "explain says that it's off, and that the kernel's part can't be seen" suspects_kernel
mkdir -p /boot
cp "$config" /boot/
ok "it says that it's the kernel when there is a configuration to read" says_not_set
ok "check says that the kernel is built without PASID and without SVA" finds_kernel
modprobe pasid_vfio_pci
ok "the driver takes the function" bind "$bdf" pasid_vfio_pci
ok "an SMMUv3 is there, all the same" has_iommu
ok "the feature: zeros, width 0, success" says \
	"width=0 capabilities=0 enabled=0 iommu_width=- reserved=0,0" ask "$bdf"
ok "query says that PASID can't be used" ends 1 vpasid query "$bdf"
plan
