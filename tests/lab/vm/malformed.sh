#!/bin/sh
# SPDX-License-Identifier: MIT
#
# malformed.sh PF COUNT SEED: VFIO_DEVICE_FEATURE with malformed arguments, and with some
# that change in the middle of the call, on a PF and on a VF.
. tests/lab/vm/lib.sh
pf=$1
count=$2
seed=$3

modprobe pasid_vfio_pci enable_sriov=1
bind "$pf" pasid_vfio_pci
ok "PF: it answers" says "$(answer "$(control_of_user 3)" 20 3)" ask "$pf" "$TOKEN"
program "PF, seed $seed" malformed "$((count / 2))" "$seed" "$pf" "$TOKEN"
program "PF, seed $seed" midcall "$((count / 20))" "$seed" "$pf" "$TOKEN"
# Among the calls are some that set the VF token. So the VF is one that takes none.
bind "$pf" nvme
make_vfs "$pf" 1
vf=$(vfs_of "$pf")
bind "$vf" pasid_vfio_pci
ok "VF: it answers" says "$(answer "$(control_of_host 3)" 20 3)" ask "$vf"
program "VF, seed $seed" malformed "$((count / 2))" "$seed" "$vf"
program "VF, seed $seed" midcall "$((count / 20))" "$seed" "$vf"
plan
