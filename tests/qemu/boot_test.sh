#!/bin/bash
# SPDX-License-Identifier: MIT
#
# A stock Debian kernel boots in a stock QEMU in the lab's VM, which passes an SR-IOV PF on to it
# with PASID. Two emulators one in the other take minutes.
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh
. tests/qemu/machine.sh
PROGRAM=boot_test
# shellcheck source=lab/lib.sh
. lab/lib.sh
# shellcheck source=lab/pack.sh
. lab/pack.sh

guest=build/qemu-guest
rm -rf "$guest"
mkdir -p "$guest"

# The guest is one of the lab's own VMs, with another first process.
make_guest() {
	local tree
	lab/build 6.12 || return
	tree=$(mktemp -d)
	install -m 755 tests/qemu/guest/init "$tree/init"
	{ cat "$LANES/6.12/initramfs" && pack "$tree"; } >"$guest/initramfs" || return
	rm -rf "$tree"
	install -m 644 "$LANES/6.12/kernel" "$guest/kernel"
}

# Read by its lines, and no longer than one
make_disk() {
	echo "block 0 of the host's disk, $RANDOM$RANDOM" >"$guest/disk"
	cp "$guest/disk" "$guest.disk"
	truncate -s 1M "$guest.disk"
}

cat >"$guest.topo" <<END
iommu on
intel first-stage=0 pasid-bits=19
nvme  00:05.0 vfs=4
plant 00:05.0 pasid width=20 exec priv at=0x180
qemu  -drive file=$PWD/$guest.disk,format=raw,if=none,id=disk
qemu  -device nvme-ns,drive=disk
END

boot() {
	lab/run --topology "$guest.topo" --timeout "${LAB_TIMEOUT:-1500}" --copy tests/tap.sh \
		--copy tests/lab/vm --copy "$guest" "${copies[@]}" --memory 2560 \
		-- tests/lab/vm/qemu_boot.sh "$guest" >"$guest.rows" 2>"$guest.log"
	status=$?
	((status <= 1)) || { tail -n 40 "$guest.log" "$guest.rows"; return 1; }
}

ok "there is a guest to boot" make_guest
ok "and a disk for it" make_disk
ok "the VM runs it" boot
relay "$guest.rows"
plan
