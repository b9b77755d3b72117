#!/bin/bash
# SPDX-License-Identifier: MIT
#
# examples/vmm.c and examples/table.c: a guest finds the same by either way, and enables PASID, ATS and
# PRI; the checks before it boots print what it lacks.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

build=${BUILD:-build}/examples
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# put FILE OFFSET BYTE...: numbers
put() {
	local byte text=
	for byte in "${@:3}"; do
		printf -v text '%s\\x%02x' "$text" "$byte"
	done
	# shellcheck disable=SC2059 # it is the format
	printf "$text" | dd of="$1" bs=1 seek=$(($2)) conv=notrunc status=none
}

# header FILE OFFSET ID NEXT
header() {
	put "$1" "$2" $(($3)) 0 $((1 | ($4 & 0xf) << 4)) $(($4 >> 4))
}

# make_space FILE: an endpoint with ARI, SR-IOV, ATS, PRI and L1 PM Substates. What VFIO hides of it,
# PASID, isn't in its chain.
make_space() {
	truncate -s 4096 "$1"
	put "$1" 0x00 0x36 0x1b 0x10 0x00 && put "$1" 0x06 0x10 && put "$1" 0x34 0x40 &&
		put "$1" 0x40 0x10 0 0x02 0 && put "$1" 0x66 0x20 && # prefixes: Device Capabilities 2
		header "$1" 0x100 0x0e 0x110 && header "$1" 0x110 0x10 0x160 &&
		header "$1" 0x160 0x0f 0x180 && put "$1" 0x164 0x20 && # Page Aligned Request
		header "$1" 0x180 0x13 0x1a0 && put "$1" 0x186 0x00 0x81 && # Stopped, PASID required
		put "$1" 0x188 64 && header "$1" 0x1a0 0x1e 0
}

vmm() {
	"$build/vmm" "$@" >"$dir/vmm" 2>&1
}

table() {
	"$build/table" "$@" >"$dir/table" 2>&1
}

# says FILE LINE...: it has these lines, in this order, among others
says() {
	local file=$dir/$1
	shift
	printf '%s\n' "$@" >"$dir/expected"
	awk 'NR == FNR { expected[NR] = $0; count = NR; next }
		$0 == expected[found + 1] { found++ }
		{ print }
		END { exit found != count }' "$dir/expected" "$file"
}

# What the guest finds, except what one of the two hides
found() {
	grep '^guest: 0x' "$dir/$1" | grep -v -e ' ARI$' -e ' SR-IOV$' -e ' Null$'
}

finds_the_same() {
	diff <(found vmm) <(found table) && (($(found vmm | wc -l) == 4))
}

hides() {
	! grep -e ' ARI$' -e ' SR-IOV$' "$dir/table" && grep -q ' SR-IOV$' "$dir/vmm"
}

misses_nothing() {
	! grep 'the guest lacks' "$dir/vmm" "$dir/table"
}

tells_in_both() {
	vmm --sva --file "$dir/space" && table "$dir/space" &&
		grep "^the guest lacks something: .*$1" "$dir/vmm" && grep -q "$1" "$dir/table"
}

# fails PROGRAM ARG...: with an error and status 1
fails() {
	"$@"
	(($? == 1))
}

make_space "$dir/space"
ok "the view in the path of accesses: it ends well" vmm --sva --file "$dir/space"
ok "it has a place for PASID, and the function's own for ATS and PRI" says vmm \
	"placed at 0xff8: gap" "ATS at 0x160: physical" "PRI at 0x180: physical"
ok "the guest enables all three" says vmm "ATS is on" "PRI is on, for 32 page requests" \
	"guest: 0xff8 PASID" "PASID Control is 1: the guest has enabled PASID"
ok "and has them enabled after a migration, but for a reset" says vmm \
	"migrating to a host with 20 bits" "PASID Control is 1: the guest has enabled PASID" \
	"ATS is on" "PRI is on, for 32 page requests" "PASID Control is 0: PASID is off" \
	"ATS is off"
ok "a host with less is refused" grep -q '^migration refused:' "$dir/vmm"
ok "the view as a table: it ends well" table "$dir/space"
ok "the guest enables PASID; a reset ends that" says table "PASID Control is 1" \
	"PASID Control is 0 after a reset"
ok "the guest finds the same by both" finds_the_same
ok "the one hides ARI and SR-IOV, the other doesn't" hides
ok "the guest misses nothing" misses_nothing

put "$dir/space" 0x66 0
ok "without prefixes, both print what the guest lacks" tells_in_both prefix
put "$dir/space" 0x66 0x20
put "$dir/space" 0x164 0
ok "without Page Aligned Request, too" tells_in_both 'Page Aligned'

ok "without --sva there is PASID alone" vmm --file "$dir/space"
ok "and ATS stays the function's" fails grep -q 'ATS is on' "$dir/vmm"
truncate -s 100 "$dir/short"
ok "a file that is too short is an error, vmm" fails vmm --file "$dir/short"
ok "a file that is too short is an error, table" fails table "$dir/short"
ok "vmm has no other options" fails vmm --wide 12 --file "$dir/space"
plan
