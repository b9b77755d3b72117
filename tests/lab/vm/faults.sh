#!/bin/sh
# SPDX-License-Identifier: MIT
#
# faults.sh PF MODULE: each allocation on the way from loading a module to an answer, and back,
# fails once, for a PF and for a VF, on a kernel with fault injection. MODULE is the driver
# itself, or vfio_pasid, for functions of vfio-pci. That kernel itself reports leaks, uses after
# free, and locks taken in the wrong order.
. tests/lab/vm/lib.sh
pf=$1
module=$2
driver=$module
[ "$module" != vfio_pasid ] || driver=vfio-pci
file=$(echo /lib/modules/*/*/"$module.ko")

# who has to answer whenever a function is bound
answers=
[ "$module" = vfio-pci ] || answers=$module

# Allocations that may wait fail, too; a failure has no backtrace, which looks like a
# fault of the kernel.
allow_failures() {
	for kind in failslab fail_page_alloc fail_usercopy; do
		echo 0 >"/sys/kernel/debug/$kind/verbose"
	done &&
		echo N >/sys/kernel/debug/failslab/ignore-gfp-wait &&
		echo N >/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait &&
		echo 0 >/sys/kernel/debug/fail_page_alloc/min-order
}

# release BDF: unbinds it from its driver; only $driver may bind to it next
release() {
	echo "$driver" >"$PCI/devices/$1/driver_override"
	[ ! -e "$PCI/devices/$1/driver" ] || echo "$1" >"$PCI/devices/$1/driver/unbind"
	[ ! -e "$PCI/devices/$1/driver" ]
}

# fail_all NAME BDF: for a function that is without a driver
fail_all() {
	program "$1" fail_nth bind "$driver" "$2" ${answers:+"$answers"}
	program "$1" fail_nth ask "$2"
}

ok "allocations can be made to fail" allow_failures
if [ "$driver" = "$module" ]; then
	program "module" fail_nth load "$file"
else
	modprobe "$driver"
	ok "PF: $driver has it" bind "$pf" "$driver"
	program "module" fail_nth load "$file" "$pf"
fi
ok "PF: without a driver" release "$pf"
fail_all PF "$pf"

bind "$pf" nvme
make_vfs "$pf" 1
vf=$(vfs_of "$pf")
ok "VF: without a driver" release "$vf"
fail_all VF "$vf"
ok "VF: it answers as ever" says \
	"width=20 capabilities=3 enabled=3 iommu_width=$(iommu_width 20) reserved=0,0" ask "$vf"
[ "$driver" != "$module" ] || echo 0 >"$PCI/devices/$pf/sriov_numvfs"
program "module" fail_nth unload "$file"
plan
