#!/bin/sh
# SPDX-License-Identifier: MIT
#
# parity.sh PF: a PF and a VF answer each VFIO_DEVICE_FEATURE but PASID's as they do on stock
# vfio-pci. Both drivers are compared in one run.
. tests/lab/vm/lib.sh
pf=$1
cd /tmp || exit

# answers BDF DRIVER FILE
answers() {
	bind "$1" "$2" && features "$1" >"$3"
}

# Where the kernel doesn't use the number 11, it is PASID of pasid_vfio_pci, and isn't compared.
without_pasid() {
	grep -q '^feature 0xb probe|get .*success' "$1.stock" ||
		sed -i '/^feature 0xb /d' "$1.stock" "$1.ours"
}

# same FILE FILE: not empty, and the same
same() {
	echo "$1 and $2:"
	[ -s "$1" ] && diff "$1" "$2"
}

modprobe vfio-pci enable_sriov=1
modprobe pasid_vfio_pci enable_sriov=1
ok "PF on vfio-pci answers" answers "$pf" vfio-pci pf.stock
ok "PF on pasid_vfio_pci answers" answers "$pf" pasid_vfio_pci pf.ours
without_pasid pf
grep -q 'success' pf.stock && grep -q 'Inappropriate' pf.stock
ok "the answers say success and ENOTTY, each somewhere" [ $? = 0 ]
for feature in 0 0x3 0x4 0x5 0xa; do
	grep "^feature $feature " pf.stock >one.stock
	grep "^feature $feature " pf.ours >one.ours
	ok "PF: feature $feature: as stock vfio-pci answers" same one.stock one.ours
done
ok "PF: all features, known and unknown: as stock vfio-pci answers" same pf.stock pf.ours

# The VFs of a PF on its own driver: no token needed, and no token feature.
bind "$pf" nvme
make_vfs "$pf" 1
vf=$(vfs_of "$pf")
ok "VF on vfio-pci answers" answers "$vf" vfio-pci vf.stock
ok "VF on pasid_vfio_pci answers" answers "$vf" pasid_vfio_pci vf.ours
without_pasid vf
ok "VF: all features, known and unknown: as stock vfio-pci answers" same vf.stock vf.ours

# Whose parameter it is differs from kernel to kernel: where ours hasn't got it, vfio-pci's holds
# for both.
# idle_state DRIVER 0|1: of the VF, when nobody has it open, with disable_idle_d3 so
idle_state() {
	modprobe -r pasid_vfio_pci
	modprobe -r vfio-pci
	modprobe vfio-pci disable_idle_d3="$2"
	if modinfo -F parm pasid_vfio_pci | grep -q '^disable_idle_d3:'; then
		modprobe pasid_vfio_pci disable_idle_d3="$2"
	else
		modprobe pasid_vfio_pci
	fi
	bind "$vf" "$1" || return
	case $2 in
	0) soon grep -q suspended "$PCI/devices/$vf/power/runtime_status" ;;
	1) sleep 1 ;;
	esac
	cat "$PCI/devices/$vf/power/runtime_status"
}

for driver in vfio-pci pasid_vfio_pci; do
	ok "VF on $driver, disable_idle_d3=0: it sleeps" says suspended idle_state "$driver" 0
	ok "VF on $driver, disable_idle_d3=1: it doesn't" says active idle_state "$driver" 1
done
plan
