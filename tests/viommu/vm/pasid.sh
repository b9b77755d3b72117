#!/bin/sh
# SPDX-License-Identifier: MIT
#
# pasid.sh FUNCTIONS FIRMWARE: what the guest sees of each function there: PATH OFFSET EXEC PRIV
# WIDTH. FIRMWARE, UEFI or BIOS, has started it. Then it abuses them, resets the machine, and looks again.
#
# A disk survives the reset: it holds how many rows there were before, in text.
. tests/lab/vm/lib.sh
functions=$1
firmware=$2
disk=/dev/nvme0n1

# capability BDF: "OFFSET" and the two lines of registers, as lspci shows them
capability() {
	lspci -vv -s "$1" | awk '
		/Process Address Space ID/ { sub(/^\[/, "", $2); print "0x" $2; found = 1; next }
		found && /PASIDC/          { sub(/^[[:blank:]]+/, ""); gsub(/[[:blank:]]+/, " "); print }
		/Capabilities:/            { found = 0 }'
}

has_none() {
	lspci -vv -s "$1" >/tmp/lspci && ! grep -i pasid /tmp/lspci
}

# control BDF OFFSET
control() {
	setpci -s "$1" "$(printf '%x' $(($2 + 6))).w"
}

# words BDF: each dword of the extended space, as "OFFSET VALUE"
words() {
	lspci -xxxx -s "$1" | awk '
		BEGIN { split("0 4 8 c", column) }
		/^[1-9a-f][0-9a-f][0-9a-f]: / {
			for (i = 0; i < 4; i++) {
				at = 2 + 4 * i
				print substr($1, 1, 2) column[i + 1], $(at + 3) $(at + 2) $(at + 1) $at
			}
		}'
}

# Writes the opposite of each bit of the extended space. Only bits of PASID Control, the upper
# half of the dword at OFFSET + 4, may then read otherwise than before; and if the guest has PASID,
# those of ATS (000f) and PRI (0013), which it has then, too: the chain tells where they stand.
endures_garbage() { # endures_garbage BDF OFFSET
	words "$1" >/tmp/before
	[ "$(wc -l </tmp/before)" = 960 ] || return
	# one process, as a new one for each dword takes minutes here
	awk '{
		printf "%s.l=", $1
		for (i = 1; i <= 8; i++)
			printf "%x", 15 - index("123456789abcdef", substr($2, i, 1))
		print ""
	}' /tmp/before >/tmp/garbage
	xargs setpci -s "$1" </tmp/garbage || return
	words "$1" >/tmp/after
	awk -v control="$(printf '%x' $(($2 + 4)))" '
		function hex(digits,  i, value) {
			for (i = 1; i <= length(digits); i++)
				value = 16 * value + index("123456789abcdef", substr(digits, i, 1))
			return value
		}
		function walk(  at, id) {
			for (at = "100"; at != "000" && !seen[at]++; at = substr(before[at], 1, 3)) {
				id = substr(before[at], 5)
				if (id == "000f" || id == "0013")
					free[sprintf("%03x", hex(at) + 4)] = 1
				if (id == "0013")
					free[sprintf("%03x", hex(at) + 12)] = 1
			}
		}
		NR == FNR                                     { before[$1] = $2; next }
		FNR == 1 && control != "4"                    { walk() }
		free[$1]                                      { next }
		before[$1] == $2                              { next }
		$1 == control && substr(before[$1], 5) == substr($2, 5) { next }
		{ print $1 ": " $2 ", before " before[$1]; bad = 1 }
		END { exit bad }' /tmp/before /tmp/after
}

takes_and_clears() {
	setpci -s "$1" "$(printf '%x' $(($2 + 6))).w=ffff" && says "$3" control "$1" "$2" &&
		setpci -s "$1" "$(printf '%x' $(($2 + 6))).w=0" && says 0000 control "$1" "$2"
}

# A Function Level Reset, by hand: the kernel's own would set Control again.
flr() {
	setpci -s "$1" "$(printf '%x' $(($2 + 6))).w=ffff" && says "$3" control "$1" "$2" &&
		setpci -s "$1" CAP_EXP+8.w=8000:8000 && says 0000 control "$1" "$2"
}

# The kernel's own reset
kernel_reset() {
	grep -q flr "$PCI/devices/$1/reset_method" && echo 1 >"$PCI/devices/$1/reset" &&
		says "$3" control "$1" "$2"
}

started_by() {
	if [ -d /sys/firmware/efi ]; then echo UEFI; else echo BIOS; fi
}

# Firmware gives a function addresses for its registers: the kernel, which would do that too, finds
# no fault with them.
has_addresses() {
	! dmesg | grep "pci $1: .*\(can't claim\|no space for\|failed to assign\|disabling BAR\)"
}

# each COMMAND: with BDF OFFSET EXEC PRIV WIDTH of each function
each() {
	while read -r path offset exec priv width _; do
		"$1" "$(bdf_of "$path")" "$offset" "$exec" "$priv" "$width"
	done <"$functions"
}

look() {
	ok "$when: $1: the kernel leaves it the addresses that firmware has given it" has_addresses "$1"
	case $2 in
	none) ok "$when: $1: lspci shows no PASID: it is withheld" has_none "$1" ;;
	*) ok "$when: $1: PASID at $2: $5 bits, Enable+ $3 $4" says "$2
PASIDCap: $3 $4, Max PASID Width: $5
PASIDCtl: Enable+ $3 $4" capability "$1" ;;
	esac
}

# What Control reads when all that is offered is set
all_of() {
	value=1
	[ "$1" != Exec+ ] || value=$((value | 2))
	[ "$2" != Priv+ ] || value=$((value | 4))
	printf %04x "$value"
}

abuse() {
	if [ "$2" = none ]; then
		ok "$1: garbage over the extended space changes nothing" endures_garbage "$1" 0
		return
	fi
	all=$(all_of "$3" "$4")
	ok "$1: garbage over the extended space changes nothing but PASID Control" \
		endures_garbage "$1" "$2"
	ok "$1: and that only as far as it is offered" takes_and_clears "$1" "$2" "$all"
	ok "$1: a Function Level Reset clears it" flr "$1" "$2" "$all"
	ok "$1: the kernel resets the function, and sets it again" kernel_reset "$1" "$2" "$all"
}

soon test -b "$disk"
tests=$(dd if="$disk" bs=512 count=1 2>/dev/null | tr -d ' ')
if [ "$tests" = 0 ]; then
	when="at boot"
	ok "$when: $firmware has started the kernel" says "$firmware" started_by
	each look
	each abuse
	printf '%-512s' "$tests" | dd of="$disk" bs=512 conv=fsync 2>/dev/null
	# gives the output time to arrive
	sleep 2
	reboot -f
fi
when="after the machine's reset"
ok "$when: $firmware has started the kernel" says "$firmware" started_by
each look
plan
