#!/bin/sh
# SPDX-License-Identifier: MIT
#
# vfio_view.sh: what the library makes of functions' config spaces is what this kernel's VFIO
# shows, to the byte, on stock vfio-pci and behind the guard; and vpasid place has the same place
# whether it opens a function or not.
. tests/lab/vm/lib.sh
pf=0000:00:05.0

# What is known to change with the kernel
kernels=
case $(uname -r) in
5.* | 6.[0-3].*) kernels=no-dvsec ;;
esac

# place_of BDF OPTION...: what vpasid place prints of it, with its complaints and its status
place_of() {
	vpasid place "$@" 2>&1
	echo "status $?"
}

is_same_place() {
	place_of "$1" >/tmp/computed
	place_of --open --vf-token "$TOKEN" "$1" >/tmp/opened
	cmp /tmp/computed /tmp/opened && return
	cat /tmp/computed /tmp/opened
	return 1
}

# compare NAME BDF FLAG...
compare() {
	name=$1 bdf=$2
	shift 2
	# shellcheck disable=SC2086 # words
	ok "$name, $bdf: the view is what VFIO shows" vfio_view_test "$bdf" "$TOKEN" "$@" $kernels
	ok "$name, $bdf: the same place, opened or not" is_same_place "$bdf"
}

# compare_all NAME FLAG...: of all functions, bound to $DRIVER
compare_all() {
	all=$1
	shift
	for path in "$PCI"/devices/0000:00:0[3-9a-d].0; do
		bind "${path##*/}" "$DRIVER"
		compare "$all" "${path##*/}" "$@"
	done
	make_vfs "$pf" 1
	vf=$(vfs_of "$pf")
	bind "$vf" "$DRIVER"
	compare "$all, a VF" "$vf" vf "$@"
	make_vfs "$pf" 0
}

refuses() {
	vpasid place --offset "$2" "$1" 2>&1 | grep -F "the function's own PASID capability is there"
}

if [ "$MODULE" != vfio_pci_core ]; then
	saved=$DRIVER DRIVER=vfio-pci
	modprobe vfio-pci enable_sriov=1
	compare_all "stock vfio-pci"
	ok "stock: where the kernel shows PASID behind two of a kind, it's no place" \
		refuses 0000:00:07.0 0x200
	DRIVER=$saved
	unload
fi
load
guarded=$DRIVER
[ "$MODULE" = "$DRIVER" ] || guarded="$DRIVER, $MODULE"
compare_all "$guarded" guarded
ok "guarded: the function's own registers are free" vpasid place --offset 0x240 0000:00:03.0
unload
parameter=$GUARD=0
load
bind 0000:00:03.0 "$DRIVER"
compare "$guarded $GUARD=0" 0000:00:03.0
plan
