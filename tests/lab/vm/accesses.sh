#!/bin/sh
# SPDX-License-Identifier: MIT
#
# accesses.sh PF OFFSET COUNT SEED: random accesses all over the config space of a PF
# with PASID at OFFSET, and of a VF, on stock vfio-pci and then behind the guard: each
# ends in the same way, and reads the same, except PASID.
. tests/lab/vm/lib.sh
pf=$1
offset=$2
count=$3
seed=$4

# random_accesses record|compare DRIVER BDF OFFSET: $summary is the last line
random_accesses() {
	bind "$3" "$2" &&
		accesses "$1" /tmp/record "$count" "$seed" "$3" "$pf" "$4" "$TOKEN" >/tmp/out
	status=$?
	cat /tmp/out
	summary=$(tail -n 1 /tmp/out)
	return $status
}

# both NAME BDF OFFSET
both() {
	echo "$1: $count accesses on vfio-pci"
	ok "$1 on vfio-pci: $count accesses" random_accesses record vfio-pci "$2" "$3"
	load
	echo "$1: the same on $DRIVER with $MODULE"
	ok "$1 on $DRIVER with $MODULE: each as on vfio-pci, PASID out of reach (seed $seed)" \
		random_accesses compare "$DRIVER" "$2" "$3"
	echo "  $1: $summary"
	rm /tmp/record
	modprobe -r "$MODULE"
}

modprobe vfio-pci enable_sriov=1
both PF "$pf" "$offset"
ok "there were accesses of the PF's PASID capability" [ "${summary#* 0 of PASID}" = "$summary" ]

bind "$pf" nvme
make_vfs "$pf" 1
both VF "$(vfs_of "$pf")" 0
plan
