#!/bin/bash
# SPDX-License-Identifier: MIT
#
# With driver/in-tree applied to a kernel's own vfio-pci-core, stock vfio-pci passes what
# pasid_vfio_pci has to pass. LAB_KERNEL: one kernel, of those there are.
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export LAB_IN_TREE=1

for kernel in ${LAB_KERNEL:-6.12 7.3}; do
	for test in interface guard; do
		LAB_KERNEL=$kernel "tests/lab/${test}_test.sh" >"$dir/$test" 2>&1
		relay "$dir/$test" "$kernel, $test"
	done
	ok "$kernel: this was vfio-pci" grep -q '^ok .*- vfio-pci: the user reads zeros' "$dir/guard"
done
plan
