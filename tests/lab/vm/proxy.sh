#!/bin/sh
# SPDX-License-Identifier: MIT
#
# proxy.sh: examples/proxy between a stock QEMU and functions of the lab. The guest is qtest: it
# does what a guest's firmware and drivers would, one access after the other.
. tests/lab/vm/lib.sh
proxy=build/examples/proxy/proxy
socket=/tmp/socket
pf=0000:00:05.0
exec_pf=0000:00:06.0
plain=0000:00:07.0
own=0x186 # the host's PASID Control
interface=group iommufd=
[ ! -e /dev/iommu ] || { interface=iommufd iommufd=--iommufd; }

# serve BDF ARG...: starts the proxy for it; $server is its PID
serve() {
	serve_bdf=$1
	shift
	: >/tmp/out
	"$proxy" ${iommufd:+"$iommufd"} "$@" "$socket" "$serve_bdf" >/tmp/out 2>/tmp/log &
	server=$!
	soon has_begun
	grep -q ^serving /tmp/out && return
	cat /tmp/log
	return 1
}

has_begun() {
	[ -s /tmp/out ] || ! kill -0 "$server" 2>/dev/null
}

# says_serving TEXT: what the proxy says of the function
says_serving() {
	[ "$(cat /tmp/out)" = "serving $serve_bdf at $socket, PASID at $1" ] && return
	cat /tmp/out
	return 1
}

# end_server: SIGTERM ends it in good order
end_server() {
	kill "$server"
	wait "$server" && [ ! -e "$socket" ]
}

# does WORDS STEP...: QEMU starts, and the steps of qtest print that; $memory are further options of
# the guest's memory. By default QEMU waits for a reply for 5 seconds, which a busy machine may need
# to pin the guest's memory.
memory=
does() {
	does_expected="06 $1"
	shift
	does_actual=$(qtest at=06 "$@" -- build/inner-qemu/qemu -nodefaults -no-user-config \
		-display none -machine q35,memory-backend=ram -m 16M -accel qtest -qtest stdio \
		-qtest-log none -object "memory-backend-memfd,id=ram,size=16M,share=on$memory" \
		-device "{\"driver\":\"vfio-user-pci\",\"addr\":\"06.0\",\"x-msg-timeout\":300000,\"socket\":{\"type\":\"unix\",\"path\":\"$socket\"}}" \
		2>/tmp/messages)
	# shellcheck disable=SC2254 # a pattern
	case $does_actual in $does_expected) return ;; esac
	echo "expected: $does_expected"
	echo "     got: $does_actual"
	cat /tmp/messages /tmp/log
	return 1
}

# in_order LINE...: the proxy's log has these lines in this order, maybe with others between
in_order() {
	in_order_at=1
	for line; do
		in_order_found=$(tail -n "+$in_order_at" /tmp/log | grep -nxF -e "$line" | head -n 1 |
			cut -d : -f 1)
		[ "$in_order_found" ] || { echo "not behind line $in_order_at: $line"; cat /tmp/log; return 1; }
		in_order_at=$((in_order_at + in_order_found))
	done
}

# refuses TEXT ARG...: the proxy doesn't start, and says that
refuses() {
	refuses_text=$1
	shift
	ends 1 "$proxy" ${iommufd:+"$iommufd"} "$@" && told "$refuses_text"
}

# The function's config space, where qtest.c has it, and its BAR 0
config() { # config OFFSET
	printf '%#x' $((0xb0030000 + $1))
}
bar=0xe0000000
register() { # register OFFSET
	printf '%#x' $((bar + $1))
}

# The guest gives BAR 0 an address, and lets the function decode it and do DMA.
enable="ask=writel $(config 0x10) $bar|ask=writel $(config 0x14) 0|ask=writew $(config 4) 6"

# with_steps FUNCTION STEPS ARG...: calls it with ARGs and the STEPS, which | separates
with_steps() {
	with_steps_function=$1 with_steps_steps=$2
	shift 2
	with_steps_ifs=$IFS
	IFS='|'
	# shellcheck disable=SC2086 # the steps
	set -- "$@" $with_steps_steps
	IFS=$with_steps_ifs
	"$with_steps_function" "$@"
}

load
width=$(iommu_width 20)
msix=0x$(lspci -vv -s "$pf" | sed -n 's/.*Capabilities: \[\([0-9a-f]*\)\] MSI-X.*/\1/p')
table=0x$(lspci -vv -s "$pf" | sed -n 's/.*Vector table: BAR=0 offset=\([0-9a-f]*\)/\1/p')
bind "$pf" "$DRIVER"
is=$(control_of_user 3)
echo "$interface, $DRIVER${MODULE:+ with $MODULE}"

ok "the proxy serves the PF" serve "$pf"
ok "it says with what" says_serving "0xff8 (gap) with $width bits, EXEC, PRIV"
ok "the guest has PASID there, as wide as the IOMMU is, with both permissions" \
	does "0xff8:3:$width" capability
ok "the guest's writes of 7, 0 and garbage stay with it; the host's PASID is as it was" does \
	"0xff8:3:$width $is [0-9]* 0007 0000 0007 $is" capability "hardware=$pf+$own" "writes=$pf" \
	control=7 control=0 garbage "hardware=$pf+$own"
ok "the VMM is told what the guest sets, and a client's end takes it back" in_order \
	"guest: PASID Control is 0x0007: PASID is on" "guest: PASID Control is 0x0000: PASID is off" \
	"guest: PASID Control is 0x0007: PASID is on" "guest: PASID Control is 0x0000: PASID is off"

# The host itself writes to the planted registers when it restores them behind a reset, so the
# count is that from when QEMU has started.
no_writes() {
	does "0xff8:3:$width [0-9]* 0007 0000 *" capability "writes=$pf" control=7 control=0 \
		"writes=$pf" || return
	# shellcheck disable=SC2086 # words
	set -- $does_actual
	[ "$3" = "$6" ] || { echo "$does_actual"; return 1; }
}
ok "none of them reaches a planted register" no_writes
ok "garbage over all of its extended config space: the host's PASID is as it was" does \
	"0xff8:3:$width * $is" capability garbage-all "hardware=$pf+$own"

# NVMe: its version; then an admin queue at 3 MiB, of which the command with that NUMBER has
# the function identify itself into the PAGE, and an interrupt, which is a write to 2 MiB
identify() { # identify NUMBER PAGE
	printf 'ask=writel 0x200000 0|ask=write %#x 0x40 ' $((0x300000 + 64 * ($1 - 1)))
	printf '0x0600%02x0000000000%032d00%02x%02x0000000000%016d01000000%040d' "$1" 0 \
		$(($2 >> 8 & 255)) $(($2 >> 16 & 255)) 0 0
	printf '|ask=writel %s %d|until=0x5a5a readl 0x200000|ask=readl %#x' "$(register 0x1000)" "$1" "$2"
}

nvme="$enable|ask=readl $(register 8)"
nvme="$nvme|ask=writel $(register $((table))) 0x200000|ask=writel $(register $((table + 4))) 0"
nvme="$nvme|ask=writel $(register $((table + 8))) 0x5a5a|ask=writel $(register $((table + 12))) 0"
nvme="$nvme|ask=writew $(config $((msix + 2))) 0x8000"
nvme="$nvme|ask=writel $(register 0x24) 0x000f000f|ask=writeq $(register 0x28) 0x300000"
nvme="$nvme|ask=writeq $(register 0x30) 0x301000|ask=writel $(register 0x14) 0x00460001"
nvme="$nvme|until=1 readl $(register 0x1c)"
nvme="$nvme|$(identify 1 0x302000)"
ok "registers, DMA and MSI-X are the function's: NVMe identifies itself" with_steps does "$nvme" \
	"*0x00000000000104* 0x1 * 0x5a5a 0x000000001af41b36"
# PAM0: the page at 0xf0000 is memory from then on, and was the firmware's
again="ask=outl 0xcf8 0x80000090|ask=outb 0xcfc 0x30|$(identify 2 0xf0000)"
ok "what QEMU unmaps and maps while it runs is passed on" with_steps does "$nvme|$again" \
	"* 0x5a5a 0x000000001af41b36 * 0x5a5a 0x000000001af41b36"
echo 8 >/proc/sys/vm/nr_hugepages
memory=,hugetlb=on,hugetlbsize=2M
ok "memory of huge pages, which QEMU maps in parts of a page" with_steps does "$nvme|$again" \
	"* 0x5a5a 0x000000001af41b36 * 0x5a5a 0x000000001af41b36"
memory=
echo 0 >/proc/sys/vm/nr_hugepages

# A machine that is reset has its first PCIEXBAR again, which has to be enabled for config space.
reset="control=7|ask=outl 0xcf8 0x80000060|ask=outb 0xcf9 6|until=0xb0000000 inl 0xcfc"
reset="$reset|ask=outl 0xcfc 0xb0000001|ask=readl $(config 0xff8)|ask=readw $(config 0xffe)"
ok "a reset of the machine switches the guest's PASID off" with_steps does "capability|$reset" \
	"0xff8:3:$width 0007 * 0x000000000001001b 0x0000000000000000"
ok "the proxy ends in good order" end_server
ok "its log: what the client mapped, and that it is gone" \
	grep -qE '^client disconnected; it had mapped [1-9][0-9]* ranges, [1-9][0-9]* KiB, and [0-9]* without a file$' /tmp/log
ok "nothing failed" sh -c "! grep -E \"can't|refused\" /tmp/log"

ok "with --keep-device: it serves" serve "$pf" --keep-device
ok "BARs are read by messages then" with_steps does "$enable|ask=readl $(register 8)" \
	"*0x00000000000104*"
ok "and ends" end_server
ok "--width: the guest's PASIDs are no wider" serve "$pf" --width 1
ok "and it says so" says_serving "0xff8 (gap) with 1 bits, EXEC, PRIV"
ok "and ends" end_server

# Each client's end resets the function, which takes a tenth of a second.
serve "$pf"
program "hostile clients" build/tests/device/hostile "$server" "$socket" /tmp/log 0 20
ok "after those: the host's PASID is as it was" does "0xff8:3:* $is" capability "hardware=$pf+$own"
ok "it ends" end_server

bind "$exec_pf" "$DRIVER"
width=$(iommu_width 16)
serve "$exec_pf"
ok "a PF without privileged mode: the guest's 7 is 3 there" does "0xff8:1:$width 0003" capability \
	control=7
ok "it ends" end_server

# Without the guard, the view alone: its capability is where the hardware has none.
bind "$pf" nvme
bind "$exec_pf" nvme
unload
parameter=$GUARD=0
load
parameter=
bind "$pf" "$DRIVER"
ok "without the guard a raw write switches the host's PASID off" says "$is 0000 $is 0000" \
	poke "$pf" "$own" 0 "$pf" "$TOKEN"
serve "$pf"
ok "without the guard: the guest's writes to its capability stay with it all the same" does \
	"0xff8:3:* $is 0007 0000 0007 $is" capability "hardware=$pf+$own" control=7 control=0 garbage \
	"hardware=$pf+$own"
ok "it ends" end_server

ok "a function that isn't VFIO's" refuses "vpasid query $plain says more" "$socket" "$plain"
bind "$plain" "$DRIVER"
ok "a function without PASID" refuses "the host has no PASID for the function: vpasid explain says why" \
	"$socket" "$plain"
ok "one that isn't there" refuses "0000:00:13.0 can't be opened" "$socket" 0000:00:13.0
plan
