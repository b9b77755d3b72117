#!/bin/sh
# SPDX-License-Identifier: MIT
#
# place.sh DIRECTORY: what was emitted there is what the kernel and lspci find.
. tests/lab/vm/lib.sh
dir=$1
planter=/sys/kernel/debug/planter

# word BDF OFFSET: two bytes of the "hardware", read without an access to the function
word() {
	dd if="$planter/$1/config" bs=1 skip="$2" count=2 2>/dev/null |
		hexdump -v -e '1/2 "%04x"'
}

# capabilities BDF
capabilities() {
	lspci -vv -s "$1" | sed -n 's/^\tCapabilities: \(\[[0-9a-f]* v[0-9]*\].*\)/\1/p'
}

# place_of BDF: the offset that vpasid place prints
place_of() {
	vpasid place "$1" | awk '$1 == "offset" { print $2 }'
}

# drawn_at BDF: where vpasid map has a PASID capability
drawn_at() {
	LC_ALL=C vpasid map "$1" 2>/dev/null | sed -n 's/^.  *\([0-9a-f]*\)-.* PASID v1$/0x\1/p'
}

emits_ids() {
	ids=$(cut -c 3- "$PCI/devices/$1/vendor"):$(cut -c 3- "$PCI/devices/$1/device")
	vpasid place --emit "$1" >/tmp/emitted && lspci -n -F /tmp/emitted | grep "$ids"
}

emitted_capability() {
	lspci -vv -F /tmp/emitted | sed -n 's/^[[:blank:]]*\(PASIDCap: \)/\1/p'
}

draws() {
	LC_ALL=C.UTF-8 vpasid map "$1" | tee /dev/stderr | grep -qF "$2"
}

refuses_absent() {
	vpasid place 00:1e.7
	[ $? = 3 ]
}

# Nobody drives such a function, and on Arm Linux before 6.15 looks for its IOMMU with its first
# driver alone.
offer() {
	[ ! -e "$PCI/devices/$1/iommu_group" ] || return
	bind "$1" pasid_vfio_pci
	bind "$1" ""
}

modprobe pasid_vfio_pci
while read -r function offset capability control; do
	bdf=$(bdf_of "$function")
	offset=$((offset))
	at=$(printf '0x%03x' "$offset")

	ok "$bdf: the capability stands at $at" says 001b word "$bdf" "$offset"
	ok "$bdf: it holds what was emitted" says "$capability" word "$bdf" $((offset + 4))
	offer "$bdf"
	ok "$bdf: the kernel has enabled it" says "$control" word "$bdf" $((offset + 6))
	ok "$bdf: lspci finds all capabilities in place" says "$(cat "$dir/$function.capabilities")" \
		capabilities "$bdf"
	ok "$bdf: vpasid map finds it, too" says "$at" drawn_at "$bdf"
done <"$dir/expected"

# A VF has no PASID capability; it is given that of its PF.
pf=0000:00:0a.0
make_vfs "$pf" 1
vf=$(vfs_of "$pf")
ok "VF $vf: PASID is placed at the end" says 0xff8 place_of "$vf"
ok "VF $vf: what is emitted is for lspci, with the VF's IDs" emits_ids "$vf"
ok "VF $vf: and with its PF's width and permissions" says \
	"PASIDCap: Exec+ Priv-, Max PASID Width: 11" emitted_capability "$vf"
ok "VF $vf: vpasid map draws it" draws "$vf" "ff8-fff     8  PASID goes here: the highest gap"
ok "a function that there isn't: status 3" refuses_absent
plan
