#!/bin/sh
# SPDX-License-Identifier: MIT
#
# malformed.sh PF COUNT SEED: VFIO_DEVICE_FEATURE with malformed arguments, and with some
# that change in the middle of the call, on a PF and on a VF.
. tests/lab/vm/lib.sh
pf=$1
count=$2
seed=$3

load
bind "$pf" "$DRIVER"
ok "PF: it answers" says "$(answer "$(control_of_user 3)" 20 3)" ask "$pf" "$TOKEN"
program "PF, seed $seed" malformed "$((count / 2))" "$seed" "$pf" "$TOKEN"
program "PF, seed $seed" midcall "$((count / 20))" "$seed" "$pf" "$TOKEN"
# Some of the calls set the VF token, so the VF must be one that needs none.
bind "$pf" nvme
make_vfs "$pf" 1
vf=$(vfs_of "$pf")
bind "$vf" "$DRIVER"
ok "VF: it answers" says "$(answer "$(control_of_host 3)" 20 3)" ask "$vf"
program "VF, seed $seed" malformed "$((count / 2))" "$seed" "$vf"
program "VF, seed $seed" midcall "$((count / 20))" "$seed" "$vf"
plan
