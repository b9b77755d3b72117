#!/bin/sh
# SPDX-License-Identifier: MIT
#
# interface.sh PF PLAIN: the rules of the feature that don't depend on the values
# planted, for an SR-IOV PF and one of its VFs; PLAIN is a function without PASID.
. tests/lab/vm/lib.sh
pf=$1
plain=$2

no_alias() {
	[ -z "$(modinfo -F alias "$MODULE")" ] &&
		! grep -q "$MODULE" "/lib/modules/$(uname -r)/modules.alias"
}

no_device() {
	for device in "$PCI/drivers/$DRIVER"/0*; do
		[ ! -e "$device" ] || return 1
	done
}

[ "$MODULE" = vfio_pci_core ] || ok "the module claims no device by an alias" no_alias
load
ok "loading the module takes no device" no_device
unload

# Whose is feature 11? Where it is the core's, it must stay so. With driver/in-tree it is the
# core's in any case, and PASID's unless it is DMA_BUF's.
modprobe vfio-pci enable_sriov=1
bind "$pf" vfio-pci
dma_buf=$(dma_buf "$pf")
numbers=both
if [ "$dma_buf" != "Inappropriate ioctl for device" ] &&
	{ [ "$MODULE" != vfio_pci_core ] || ! is_before 6.19; }; then
	numbers=stable
	ok "feature 11 is DMA_BUF on stock vfio-pci" says "exported 4096 bytes" echo "$dma_buf"
fi
load
bind "$pf" "$DRIVER"
[ "$numbers" = both ] ||
	ok "it is with $MODULE" says "exported 4096 bytes" dma_buf "$pf" "$TOKEN"

# Whether the kernel enables PASID differs from IOMMU to IOMMU.
host=$(control_of_host 3)
user=$(control_of_user 3)
ok "PASID Control of the PF is $host" says "$host" control "$pf"
ok "with the PF open it is $user" says "$user" while_open "$pf" "$TOKEN" setpci -s "$pf" ECAP1b+6.w
ok "closed again, $host" says "$host" control "$pf"
program PF feature_test "$numbers" "$pf" "$(width_by "$user" 20)" "$TOKEN"
program PF chain_test "$pf" "$TOKEN"
make_vfs "$pf" 4
vf=$(vfs_of "$pf" | head -n 1)
ok "with a VF open, and the PF not, it is $host" says "$host" \
	while_open "$vf" "$TOKEN" setpci -s "$pf" ECAP1b+6.w
program VF feature_test "$numbers" "$vf" "$(width_by "$host" 20)" "$TOKEN"
program PF quiet_test "$pf" "$pf" "$(width_by "$user" 20)" "$TOKEN"
program VF quiet_test "$vf" "$pf" "$(width_by "$host" 20)" "$TOKEN"

bind "$plain" "$DRIVER"
ok "a function without the capability: zeros, width 0, success" says \
	"width=0 capabilities=0 enabled=0 iommu_width=- reserved=0,0" ask "$plain"

# vfio_pasid doesn't bind functions: see interpose.sh.
if [ "$MODULE" = vfio_pasid ]; then
	plan
	exit
fi

refuses_sleeper() {
	echo 1 >"/sys/kernel/debug/planter/$pf/asleep"
	! bind "$pf" "$DRIVER"
}

echo 0 >"$PCI/devices/$pf/sriov_numvfs"
bind "$pf" ""
settle "$pf"
ok "a PF that reads as all ones can't be bound: there is no answer to keep" refuses_sleeper
echo 0 >"/sys/kernel/debug/planter/$pf/asleep"
ok "it can when it is awake" bind "$pf" "$DRIVER"

[ "$DRIVER" = pasid_vfio_pci ] || { plan && exit; }
modprobe pasid_vfio_pci_no_pasid
ok "the driver of a kernel without CONFIG_PCI_PASID" bind "$pf" pasid_vfio_pci_no_pasid
ok "it answers zeros for a PF with PASID" says \
	"width=0 capabilities=0 enabled=0 iommu_width=- reserved=0,0" ask "$pf"
plan
