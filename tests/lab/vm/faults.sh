#!/bin/sh
# SPDX-License-Identifier: MIT
#
# faults.sh PF DRIVER: each allocation on the way from a driver_override to an answer fails once,
# for a PF and for a VF, on a kernel with fault injection. That kernel itself reports leaks,
# uses after free, and locks taken in the wrong order.
. tests/lab/vm/lib.sh
pf=$1
driver=$2

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

# release BDF: takes it from its driver; none but $driver may have it next
release() {
	echo "$driver" >"$PCI/devices/$1/driver_override"
	[ ! -e "$PCI/devices/$1/driver" ] || echo "$1" >"$PCI/devices/$1/driver/unbind"
	[ ! -e "$PCI/devices/$1/driver" ]
}

ok "allocations can be made to fail" allow_failures
modprobe "$driver"
ok "PF: without a driver" release "$pf"
program PF fail_nth bind "$driver" "$pf"
program PF fail_nth ask "$pf"

bind "$pf" nvme
make_vfs "$pf" 1
vf=$(vfs_of "$pf")
ok "VF: without a driver" release "$vf"
program VF fail_nth bind "$driver" "$vf"
program VF fail_nth ask "$vf"
ok "VF: it answers as ever" says \
	"width=20 capabilities=3 enabled=3 iommu_width=$(iommu_width 20) reserved=0,0" ask "$vf"
echo 0 >"$PCI/devices/$pf/sriov_numvfs"
ok "the module can be unloaded: nobody has kept a reference" rmmod "$driver"
plan
