#!/bin/bash
# SPDX-License-Identifier: MIT
#
# A stock QEMU and a stock guest turn the virtual PASID capability on: vpasid-device serves
# the functions below to QEMU 11.1, and the kernel of a lane with its emulated VT-d finds
# and enables what libvpasid has put there. KERNEL is the lane. With UEFI=1 it is firmware that
# finds the functions first, and gives them their resources, at boot and when the machine is reset;
# with UEFI=debug that is lab/firmware's, which stops at a failed assertion.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh
. tests/viommu/serve.sh
kernel=${KERNEL:-6.12}
firmware=${UEFI:+UEFI}
firmware=${firmware:-BIOS}

dir=build/guest/$kernel-$firmware
[[ ${UEFI-} != debug ]] || dir+=-debug
rm -rf "$dir"
mkdir -p "$dir"
trap end_all EXIT

# For each function its place in the guest, the offset of its capability, what the guest is
# offered and then enables, and the options of vpasid-device
dumps=tests/corpus/dumps
cat >"$dir/functions" <<END
00:06.0        0x230  Exec- Priv+ 14  --profile device/profiles/dsa.conf
00:07.0        0xff8  Exec+ Priv+ 14  --profile device/profiles/vf.conf
00:08.0        0xe00  Exec- Priv+ 0a  --profile device/profiles/dsa.conf --vpasid 0xe00 --width 10
00:09.0        none   -     -     -   --profile device/profiles/dsa.conf --vpasid none
00:0a.0        0xfd8  Exec+ Priv- 10  --dump $dumps/accelerator --pasid 16,exec
00:0b.0        0x100  Exec+ Priv+ 14  --dump $dumps/integrated
00:0c.0        none   -     -     -   --dump $dumps/loop --vpasid none
00:1c.0/00.0   0xff8  Exec+ Priv+ 14  --profile device/profiles/vf.conf
END
sha256sum "$dumps"/* device/profiles/* >"$dir/sums"

serve_all() {
	local path options
	cat >"$dir/guest.topo" <<-END
		iommu on
		port  00:1c.0
		$(shared_memory 1024)
		# the guest may reset the machine, which the lab doesn't allow otherwise
		qemu  -action reboot=reset
		# holds what the guest has to know after the reset
		qemu  -drive file=$dir/disk,format=raw,if=none,id=disk
		qemu  -device nvme,serial=disk,drive=disk,addr=05.0
	END
	if [[ ${UEFI-} == debug ]]; then
		lab/firmware || return
		# QEMU takes this instead of the firmware of lab/run --uefi, which it is told of before.
		cat >>"$dir/guest.topo" <<-END
			qemu  -bios build/firmware/OVMF.fd
			qemu  -debugcon file:$dir/firmware.log -global isa-debugcon.iobase=0x402
		END
	fi
	printf '%-512s' 0 >"$dir/disk" && truncate -s 1M "$dir/disk" || return
	while read -r path _ _ _ _ options; do
		# shellcheck disable=SC2086 # words
		serve "$dir/$(name_of "$path")" $options || return
		device "$dir/$(name_of "$path")" "$path" >>"$dir/guest.topo"
	done <"$dir/functions"
}

boot() {
	lab/run --qemu 11.1 ${UEFI:+--uefi} --kernel "$kernel" --memory 1024 --timeout "${LAB_TIMEOUT:-1500}" \
		--topology "$dir/guest.topo" --copy tests/tap.sh --copy tests/lab/vm \
		--copy tests/viommu/vm --copy "$dir/functions" \
		-- tests/viommu/vm/pasid.sh "$dir/functions" "$firmware" >"$dir/rows" 2>"$dir/boot"
	status=$?
	((status <= 1)) || { tail -n 40 "$dir/boot" "$dir/rows"; return 1; }
}

# logged PATH LINE...: the server's log has these lines in this order, maybe with others between
logged() {
	local log line at=1 found
	log=$dir/$(name_of "$1").log
	shift
	for line; do
		found=$(tail -n "+$at" "$log" | grep -nxF -m 1 -e "$line" | cut -d : -f 1)
		[[ $found ]] || { echo "not behind line $at: $line"; cat "$log"; return 1; }
		((at += found))
	done
}

# What a guest's kernel writes into the register, and what it then reads.
register() { # register EXEC PRIV
	local value=1
	[[ $1 != Exec+ ]] || ((value |= 2))
	[[ $2 != Priv+ ]] || ((value |= 4))
	printf '0x%04x' "$value"
}

logs() {
	local path offset exec priv value at
	while read -r path offset exec priv _; do
		if [[ $offset == none ]]; then
			ok "$kernel $path: its log: no write of PASID Control" not_logged "$path"
			continue
		fi
		value=$(register "$exec" "$priv")
		at=$(printf '0x%03x' $((offset + 6)))
		ok "$kernel $path: its log has the guest's write, and that Control took it" logged "$path" \
			"guest writes ${value:4} 00 at $at: PASID Control is $value: Enable+ $exec $priv"
		ok "$kernel $path: its log: the machine's reset cleared Control, and the guest set it again" \
			logged "$path" "guest resets the function" "client resets the function" \
			"PASID Control is 0x0000: Enable- Exec- Priv-" \
			"guest writes ${value:4} 00 at $at: PASID Control is $value: Enable+ $exec $priv"
	done <"$dir/functions"
	while read -r path _; do
		ok "$kernel $path: its log: the function's own registers are as they were" logged "$path" \
			"client disconnected; the function's own extended config space is unchanged"
	done <"$dir/functions"
}

not_logged() {
	! grep 'PASID Control' "$dir/$(name_of "$1").log"
}

# firmware_log N: what the firmware said when the machine started for the Nth time
firmware_log() {
	awk -v wanted="$1" '/^SecCoreStartupWithStack/ { start++ } start == wanted' "$dir/firmware.log"
}

# found PATH: the firmware discovered the function at each start
found() {
	local bus=00 slot=${1##*[:/]} start
	[[ $1 != */* ]] || bus=01
	for start in 1 2; do
		firmware_log $start | grep -iF "Discovered PCI @ [$bus|${slot%.*}|0${slot#*.}]" || return
	done
}

# The capabilities of each function are in a chain, which the firmware follows from end to end.
follows_chains() {
	! grep -a 'failed to access config space' "$dir/firmware.log"
}

no_assertion_failed() {
	! grep -a ASSERT "$dir/firmware.log"
}

firmware_logs() {
	local path
	while read -r path _; do
		ok "$kernel $path: the firmware's log: found at boot and after the reset" found "$path"
	done <"$dir/functions"
	ok "$kernel: the firmware's log: each chain of capabilities has an end" follows_chains
	ok "$kernel: the firmware's log: no assertion failed" no_assertion_failed
}

ok "$kernel: vpasid-device serves $(wc -l <"$dir/functions") functions" serve_all
ok "$kernel: a stock QEMU 11.1 and kernel boot with them" boot
relay "$dir/rows" "$kernel"
logs
[[ ${UEFI-} != debug ]] || firmware_logs
ok "$kernel: all servers end in good order" end_all
ok "$kernel: dumps and profiles are byte for byte what they were" sha256sum --quiet -c "$dir/sums"
plan
