#!/bin/sh
# SPDX-License-Identifier: MIT
#
# denylist.sh DENIED DENIED ALLOWED: devices on stock vfio-pci's denylist are
# refused as stock refuses them, with the same opt-out.
. tests/lab/vm/lib.sh
allowed=$3

refuses() { # refuses DRIVER BDF
	! bind "$2" "$1" 2>/dev/null && [ "$(driver_of "$2")" = none ]
}

for module in vfio-pci pasid_vfio_pci; do
	rmmod "$module" 2>/dev/null
	modprobe "$module"
	ok "$module refuses DSA" refuses "$module" "$1"
	ok "$module refuses QAT" refuses "$module" "$2"
	ok "$module takes another device of Intel's" bind "$allowed" "$module"
	bind "$allowed" ""
	rmmod "$module"

	modprobe "$module" disable_denylist=1
	ok "$module disable_denylist=1 takes DSA" bind "$1" "$module"
	ok "$module disable_denylist=1 takes QAT" bind "$2" "$module"
	rmmod "$module"
done
plan
