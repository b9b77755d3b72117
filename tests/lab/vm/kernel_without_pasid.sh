#!/bin/sh
# SPDX-License-Identifier: MIT
#
# kernel_without_pasid.sh FUNCTION CONFIG: a function that has the capability, on a kernel that
# is built without PASID, as the file CONFIG says
. tests/lab/vm/lib.sh
bdf=$1
config=$2

lists_none() {
	vpasid list --usable -p >/tmp/stdout
	[ $? = 1 ] && [ ! -s /tmp/stdout ]
}

told_of_kernel() {
	explains=$(vpasid explain "$bdf")
	[ $? = 1 ] && echo "$explains" | head -n 1 | grep -F "PASID is not usable" &&
		echo "$explains" | grep -E "^  broken +sure +kernel .*CONFIG_PCI_PASID is not set"
}

# An IOMMU is there, and VFIO uses it.
has_iommu() {
	[ "$(iommu_kind)" = smmuv3 ] && [ -e "$PCI/devices/$bdf/iommu_group" ]
}

not_sure() {
	explains=$(vpasid explain "$bdf")
	[ $? = 1 ] && ! echo "$explains" | grep -E "^  broken +sure +kernel"
}

ok "the kernel's configuration says so" grep -qx '# CONFIG_PCI_PASID is not set' "$config"
ok "PASID Control is 0" says 0000 setpci -s "$bdf" ECAP1b+6.w
ok "nothing is usable, says list" lists_none
ok "explain names no kernel as the cause for sure, as long as it can't know its configuration" not_sure
mkdir -p /boot
cp "$config" /boot/
ok "explain tells that it is the kernel, if it can" told_of_kernel
modprobe pasid_vfio_pci
ok "the driver takes the function" bind "$bdf" pasid_vfio_pci
ok "an SMMUv3 is there, all the same" has_iommu
ok "the feature: zeros, width 0, success" says \
	"width=0 capabilities=0 enabled=0 iommu_width=0 reserved=0,0" ask "$bdf"
ok "query says that PASID can't be used" ends 1 vpasid query "$bdf"
plan
