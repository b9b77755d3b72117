#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Machines with Arm's SMMUv3 that are unlike the one that the other tests can be run on: a kernel
# that is built without PASID, a device tree, an SMMUv3 that seems to have SSIDs. All but the first
# can be run on another lane, with LAB_KERNEL.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh

kernel=${LAB_KERNEL:-6.12}
dir=$(machine_dir smmuv3)

# machine NAME LANE IOMMU TOPOLOGY SCRIPT ARG...
machine() {
	local name=$1 lane=$2 iommu=$3 status
	shift 3
	LAB_KERNEL=$lane LAB_IOMMU=$iommu LAB_QEMU=7.2 LAB_IOMMUFD='' in_vm "$@" \
		>"$dir/rows" 2>"$dir/boot"
	status=$?
	((status <= 1)) || tail -n 20 "$dir/boot"
	relay "$dir/rows" "$name"
}

lab/fetch 6.12-cloud-arm64
for config in build/lanes/6.12-cloud-arm64/root/boot/config-*; do
	copies=(--copy "$config")
done
machine "kernel without PASID" 6.12-cloud smmuv3 default kernel_without_pasid.sh \
	0000:00:05.0 "$config"
copies=()
machine "SSIDs of 16 bits" "$kernel" smmuv3 smmuv3-ssids ssids.sh 0000:00:05.0 16
machine "SSIDs of 0 bits" "$kernel" smmuv3 default ssids.sh 0000:00:05.0 0
# Linux 6.12 switches ACS on at the ports of a device tree only if it is told to, which the
# topology does for one of them; 7.3 does by itself.
untold=(sound -)
[[ $kernel != 6.12 ]] || untold=(acs 00:1b.0)
machine "device tree" "$kernel" smmuv3-dt smmuv3-acs explain.sh \
	00:05.0 sound - 00:1b.0/00.0 "${untold[@]}" 00:1c.0/00.0 sound -
machine "no driver yet" "$kernel" smmuv3 unprobed unprobed.sh 0000:00:05.0
machine "no driver yet, device tree" "$kernel" smmuv3-dt unprobed unprobed.sh 0000:00:05.0
plan
