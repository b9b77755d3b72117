#!/bin/sh
# SPDX-License-Identifier: MIT
#
# malformed.sh PF COUNT SEED: VFIO_DEVICE_FEATURE with malformed arguments, on a PF and on
# a VF.
. tests/lab/guest/lib.sh
pf=$1
count=$2
seed=$3

modprobe pasid_vfio_pci enable_sriov=1
bind "$pf" pasid_vfio_pci
program "PF, seed $seed" malformed "$((count / 2))" "$seed" "$pf" "$TOKEN"
make_vfs "$pf" 1
program "VF, seed $seed" malformed "$((count / 2))" "$seed" "$(vfs_of "$pf")" "$TOKEN"
plan
