#!/bin/bash
# SPDX-License-Identifier: MIT
#
# For each function in the dumps of pciutils that has an extended config space, vpasid
# place finds a place or says why there is none; lspci, with code of its own, finds the
# PASID capability there in the config space that a guest sees, and all else that VFIO shows
# as before. The library by itself has the same places.
# Broken dumps, those of tests/corpus and some that are made here, end in an error.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

vpasid=${BUILD:-build}/vpasid
layout_dump=${BUILD:-build}/tests/lib/layout_dump
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/quirks"

# The functions of a dump that have an extended config space
extended() {
	awk '/^[0-9a-f:]*:[0-9a-f][0-9a-f]\.[0-7] / { bdf = $1 }
		/^ff0: / { print (bdf ~ /:.*:/ ? "" : "0000:") bdf }' "$1" | sort
}

# Those of them that have something where QEMU puts PASID by default
taken_at_end() {
	awk '/^[0-9a-f:]*:[0-9a-f][0-9a-f]\.[0-7] / { bdf = $1 }
		/^ff0: / && !/ 00 00 00 00 00 00 00 00$/ { print (bdf ~ /:.*:/ ? "" : "0000:") bdf }' "$1"
}

# "FUNCTION OFFSET" of those that have a place
placed() {
	"$vpasid" place -D --quirks "$dir/quirks" --file "$1" 2>"$dir/refused" |
		awk '/^[0-9a-f]/ { bdf = $1 } $1 == "offset" { print bdf, substr($2, 3) }' | sort
}

emit() { # emit DUMP FUNCTION...
	"$vpasid" place --quirks "$dir/quirks" --emit --file "$@" 2>"$dir/notes"
}

# What lspci says of each function's capabilities, as "FUNCTION what", without PASID and
# without the placeholder that begins the chain where there is nothing else at 0x100. What
# wakes the host isn't the guest's.
capabilities() {
	lspci -vv -D -F "$1" 2>/dev/null | awk '
		/^[0-9a-f]/ { bdf = $1; skip = 1 }
		/^\tCapabilities: / {
			skip = /Process Address Space ID/ || /\[100 v0\] Null/
		}
		/^$/ || /^\t[^\t]/ && !/^\tCapabilities/ { skip = 1 }
		!skip { print bdf, $0 }' |
		sed 's/ PME([^)]*)/ PME()/; s/PME-Enable[-+]/PME-Enable/; s/ PME[-+]$/ PME/' |
		sort -s -k 1,1
}

# Those that VFIO knows, by the names that lspci has for them
shown='Power Management|AGP |Vital Product Data|MSI: |MSI-X: |PCI-X |HyperTransport|SATA HBA'
shown+='|Vendor Specific Information|Express |PCI Advanced Features|Advanced Error Reporting'
shown+='|Virtual Channel|Multi-Function Virtual Channel|Device Serial Number|Power Budgeting'
shown+='|Access Control Services|Alternative Routing-ID|Address Translation Service'
shown+='|Single Root I/O|Multicast|Page Request Interface|Physical Resizable BAR'
shown+='|Dynamic Power Allocation|Transaction Processing Hints|Latency Tolerance Reporting'
shown+='|Designated Vendor-Specific'

# What capabilities() prints of a function's own, without those that VFIO hides
only_shown() {
	awk -v shown="\\] ($shown)" '/\tCapabilities: / { skip = $0 !~ shown } !skip'
}

# "FUNCTION OFFSET EXEC PRIV WIDTH CONTROL" where lspci finds PASID
pasids() {
	lspci -vv -D -F "$1" 2>/dev/null | awk '
		/^[0-9a-f]/ { bdf = $1 }
		/^\tCapabilities: \[[0-9a-f]+ v1\] Process Address Space ID \(PASID\)$/ {
			offset = substr($2, 2)
		}
		/^\t\tPASIDCap: / { cap = $2 " " $3 " " $NF }
		/^\t\tPASIDCtl: / { print bdf, offset, cap, $2 $3 $4 }' | sort
}

# The same as it must be of what is emitted: with the width of the function's own capability,
# and those of its permissions that the host has enabled along with PASID, all if PASID is
# off; otherwise 20 bits without permissions; and nothing is enabled.
expected_pasids() {
	pasids "$1" >"$dir/own"
	where_lspci_looks "$dir/placed" | awk -v own="$dir/own" '
		BEGIN {
			while ((getline <own) > 0) {
				if ($6 ~ /Enable\+.*Exec-/) sub(/Exec\+/, "Exec-", $3)
				if ($6 ~ /Enable\+.*Priv-/) sub(/Priv\+/, "Priv-", $4)
				cap[$1] = $3 " " $4 " " $5
			}
		}
		{ print $0, $1 in cap ? cap[$1] : "Exec- Priv-, 14", "Enable-Exec-Priv-" }'
}

# Those of the functions that lspci looks for extended capabilities of
looked_at() {
	lspci -vv -D -F "$1" 2>/dev/null | awk '
		/^[0-9a-f]/ { bdf = $1 }
		/^\tCapabilities: \[[0-9a-f]+\] (Express|PCI-X)/ { print bdf }'
}

# Each has a place, or a reason: a line that begins with it
all_answered() {
	{
		cut -d ' ' -f 1 "$dir/placed"
		sed -n 's/^vpasid: \([^ ]*\): .*/\1/p' "$dir/refused"
	} | sort -u | diff "$dir/extended" -
}

# The same with vpasid map, which reads the emitted dump: PASID is there, and nowhere else.
found_again() {
	LC_ALL=C "$vpasid" map -D --quirks "$dir/quirks" --file "$dir/emitted" 2>/dev/null |
		awk '/^[0-9a-f]+:/ { bdf = $1 } / PASID v1$/ { print bdf, substr($2, 1, 3) }' |
		sort | diff "$dir/placed" -
}

# A guest of QEMU finds PASID at the same place, and what VFIO shows but for ARI and SR-IOV, and
# the sizes of BARs that it doesn't have; or there is a reason.
found_by_qemu() {
	local function
	for function in "${functions[@]}"; do
		if ! "$vpasid" place --quirks "$dir/quirks" --emit --as qemu --file "$1" "$function" \
			>"$dir/qemu" 2>"$dir/notes"; then
			grep -F "but QEMU 11.1 " "$dir/notes" >>"$dir/refused_qemu" && continue
			cat "$dir/notes"
			return 1
		fi
		diff <(pasids "$dir/emitted" | grep "^$function ") <(pasids "$dir/qemu") || return
		diff <(capabilities "$dir/emitted" | without_qemus | grep "^$function " | sort) \
			<(capabilities "$dir/qemu" | without_qemus | sort) || return
	done
}

without_qemus() {
	awk '/\tCapabilities: / { skip = /Alternative Routing-ID|Single Root I\/O|Resizable BAR/ }
		!skip'
}

# where_lspci_looks FILE: its lines that are of such functions
where_lspci_looks() {
	awk 'NR == FNR { looked[$1] = 1; next } $1 in looked' "$dir/looked" "$1"
}

# The library, asked as a VMM asks it, has the same places and digests.
agrees_with_library() {
	"$layout_dump" -p "$1" | grep -F -f <(cut -d ' ' -f 1 "$dir/placed") | sort |
		diff - <("$vpasid" place --format json --quirks "$dir/quirks" --file "$1" 2>/dev/null |
			jq -r '.devices[] | select(.offset) | "\(.bdf) \(.offset) \(.digest)"' |
			awk '{ printf "%s 0x%03x %s\n", $1, $2, $3 }' | sort)
}

# A library with other digests, or places that are one dword lower
other_digests() {
	"${BUILD:-build}/tests/lib/layout_dump" "$@" | sed 's/0$/1/; t; s/.$/0/'
}

other_places() {
	"${BUILD:-build}/tests/lib/layout_dump" "$@" | sed 's/8 /4 /'
}

notices_library() {
	local layout_dump dump=build/corpus/pciutils/cap-pasid-pri
	for layout_dump in other_digests other_places; do
		placed "$dump" >"$dir/placed"
		! agrees_with_library "$dump" || return
	done
}

check_dump() {
	local functions
	placed "$1" >"$dir/placed"
	all_answered || return
	LC_ALL=C "$vpasid" map --quirks "$dir/quirks" --file "$1" 2>/dev/null >"$dir/map"
	! grep -E '.{81}' "$dir/map" || return
	[[ $(grep -c '^f00  ' "$dir/map") == "$(wc -l <"$dir/extended")" ]] || return
	! grep -F -f <(taken_at_end "$1") "$dir/placed" | grep -q ' ff8$' || return
	[[ -s $dir/placed ]] || return 0
	agrees_with_library "$1" || return

	mapfile -t functions < <(cut -d ' ' -f 1 "$dir/placed")
	emit "$1" "${functions[@]}" >"$dir/emitted" || { cat "$dir/notes"; return 1; }
	looked_at "$dir/emitted" | sort -u >"$dir/looked"
	diff <(expected_pasids "$1") <(pasids "$dir/emitted") || return
	diff <(capabilities "$1" | only_shown | grep -F -f <(printf '%s \n' "${functions[@]}")) \
		<(capabilities "$dir/emitted") || return
	found_again && found_by_qemu "$1"
}

# An emitted space with another ID, a register damaged, a capability less: found
notices() {
	local dump=build/corpus/pciutils/cap-pasid-pri edit
	extended "$dump" >"$dir/extended"
	check_dump "$dump" && expected_pasids "$dump" >"$dir/expected" || return
	cp "$dir/emitted" "$dir/good"
	pasids "$dir/good" | diff "$dir/expected" - || return
	for edit in 's/^(ff0:( ..){8}) 1b/\1 1c/' 's/^(ff0:( ..){13}) ../\1 01/' \
		's/^(ff0:( ..){14}) ../\1 01/'; do
		sed -E "$edit" "$dir/good" >"$dir/bad"
		! cmp -s "$dir/good" "$dir/bad" || return
		! pasids "$dir/bad" | diff "$dir/expected" - || return
	done
	sed 's/^200: 0f/200: 00/' "$dir/good" >"$dir/bad"
	! diff <(capabilities "$dir/good") <(capabilities "$dir/bad")
}

# refuses FILE REASON: exit status 3, the reason, nothing from a signal, of both commands
refuses() {
	local command status
	for command in place map; do
		timeout 20 "$vpasid" $command --quirks "$dir/quirks" --file "$1" >"$dir/out" 2>"$dir/err"
		status=$?
		cat "$dir/err"
		[[ $status == 3 && $(wc -c <"$dir/err") -lt 4096 && $(<"$dir/err") == *"$2"* ]] ||
			{ echo "$command: status $status, expected: $2"; return 1; }
	done
}

# A line of 100 MB, and as much binary noise as a careless copy of a disk
long_line() {
	head -c 100000000 /dev/zero | tr '\0' x >"$dir/long"
}

noise() {
	openssl enc -aes-128-ctr -K 0 -iv 0 -nosalt </dev/zero 2>/dev/null | head -c 4000000 >"$dir/noise"
	[[ -s $dir/noise ]] || head -c 4000000 /bin/bash >"$dir/noise"
}

broken() {
	ok "cut short within a line" refuses tests/corpus/dumps/cut-line "expected 16 bytes"
	ok "cut short behind a line" refuses tests/corpus/dumps/cut-short "is truncated, at 0x"
	ok "a line in the middle is missing" refuses tests/corpus/dumps/gap "lines of 00:05.0 are missing"
	ok "the chain loops" refuses tests/corpus/dumps/loop "the chain is a loop"
	ok "the chain leads below 0x100" refuses tests/corpus/dumps/below "which is below 0x100"
	ok "the device doesn't answer" refuses tests/corpus/dumps/all-ones "doesn't respond"
	ok "another text" refuses Makefile "no line begins with a function's address"
	ok "a program" refuses "$vpasid" "this isn't text"
	ok "an empty file" refuses /dev/null "no line begins with a function's address"
	ok "an offset that libpci would write to" refuses tests/corpus/dumps/negative "0xffffffff"
	ok "more bytes than a config space has" refuses tests/corpus/dumps/too-long "more bytes than the 4096"
	ok "256 bytes only" refuses tests/corpus/dumps/conventional "recreate it by \`lspci -xxxx\` as root"
	noise
	ok "4 MB of noise" refuses "$dir/noise" "$dir/noise:"
	long_line
	ok "a line of 100 MB" refuses "$dir/long" "$dir/long:"
	ok "no end" refuses /dev/zero "larger than 64 MiB"
	ok "a directory" refuses tests/corpus "directory"
	ok "no such file" refuses "$dir/none" "No such file"
}

# says STATUS TEXT ARG...: `vpasid ARG...` prints TEXT, and exits with STATUS
says() {
	local expected=$1 text=$2 actual status
	shift 2
	actual=$("$vpasid" "$@" 2>"$dir/err")
	status=$?
	[[ $status == "$expected" && $actual == "$text" ]] ||
		{ echo "status $status, got: $actual"; cat "$dir/err"; return 1; }
}

complains() { # complains STATUS TEXT ARG...: TEXT is part of what it complains of
	local expected=$1 text=$2
	shift 2
	says "$expected" "" "$@" || return
	grep -F -- "$text" "$dir/err" || { cat "$dir/err"; return 1; }
}

of() { # of COMMAND DUMP OPTION...: the arguments for a dump of tests/corpus
	arguments=("$1" --quirks "$dir/quirks" --file "tests/corpus/dumps/$2" "${@:3}")
}

options() {
	of place accelerator --format qemu
	ok "--format qemu: the option alone" says 0 x-vpasid-cap-offset=0xfd8 "${arguments[@]}"
	of place integrated --format qemu
	ok "not where the chain begins: QEMU can't" says 0 x-vpasid-cap-offset=0xff8 "${arguments[@]}"
	of place bare --format qemu
	ok "where there is no chain, QEMU begins none" \
		complains 3 "the place is 0xff8, but QEMU 11.1 silently gives the guest no PASID" "${arguments[@]}"
	of place bare --format qemu --offset 0x100
	ok "not even at its head" complains 3 "the place is 0x100, but QEMU 11.1 silently gives" "${arguments[@]}"
	of place bare --emit --as qemu
	ok "so there is nothing to emit" complains 3 "but QEMU 11.1 silently gives" "${arguments[@]}"
	of place integrated --offset 0x104
	ok "not on the function's own registers" complains 3 "0x104" "${arguments[@]}"
	of place accelerator --format qemu --emulated
	ok "--emulated: QEMU doesn't" complains 2 "QEMU passes a guest's writes to the device" "${arguments[@]}"
	of place accelerator --emit --as xen
	ok "--as: a known one" complains 2 "not libvpasid or qemu" "${arguments[@]}"
	of place accelerator --as qemu
	ok "--as: for --emit" complains 2 "--as requires --emit" "${arguments[@]}"
	of place accelerator --open
	ok "--open: not a dump" complains 2 "only functions of this host" "${arguments[@]}"
	ok "--vf-token: for --open" complains 2 "requires --open" \
		place --vf-token 00000000-0000-0000-0000-000000000000 00:00.0
	of place accelerator --format cloud-hypervisor
	ok "--format cloud-hypervisor: it has no option" complains 3 "has no option for it" "${arguments[@]}"
	of place accelerator --offset 0x184
	ok "--offset: what stands there is told" complains 3 "ATS" "${arguments[@]}"
	of place accelerator --offset 0x185
	ok "--offset: a multiple of 4" complains 3 "0x185" "${arguments[@]}"
	of place accelerator --emit --width 21
	ok "--width: 20 at most" complains 2 "not a number from 1 to 20" "${arguments[@]}"
	of place accelerator --width 9
	ok "--width: for --emit" complains 2 "--width requires --emit" "${arguments[@]}"
	of place accelerator --emit --format qemu
	ok "--emit or --format" complains 2 "can't be combined" "${arguments[@]}"
	of place accelerator --format qcow2
	ok "--format: a known one" complains 2 "not text, json, qemu" "${arguments[@]}"
	of place accelerator --pf --vf
	ok "--pf or --vf" complains 2 "can't be combined" "${arguments[@]}"
	ok "--vf is for dumps" complains 2 "are for dumps only" place --vf 00:00.0
	ok "a function, or a dump" complains 2 "no function is given" map
	of map accelerator 00:06.0
	ok "a function that the dump hasn't" complains 3 "accelerator: this function isn't in the dump" "${arguments[@]}"
	of map accelerator --svg "$dir/none/x.svg"
	ok "--svg: a file that can be written" complains 3 "No such file" "${arguments[@]}"
	cat tests/corpus/dumps/{accelerator,bare} >"$dir/two"
	ok "--svg: one function" complains 2 "--svg requires exactly one function, but 2 are selected: 0000:00:05.0, 0000:00:07.0" map --svg "$dir/x.svg" --file "$dir/two"
	ok "an option: one function" complains 2 "requires exactly one function, but 2 are selected: 0000:00:05.0, " place --format qemu --file "$dir/two"
	ok "a pipe is a file, too" says 0 x-vpasid-cap-offset=0xfd8 place --quirks "$dir/quirks" \
		--format qemu --file <(cat tests/corpus/dumps/accelerator)
	sed -n 's/^[0-9a-f]*: //p' tests/corpus/dumps/accelerator | xxd -r -p >"$dir/config"
	of place accelerator --format qemu
	arguments[-3]=$dir/config
	ok "a file of sysfs, too" says 0 x-vpasid-cap-offset=0xfd8 "${arguments[@]}" 00:00.0
	arguments[-3]=-
	ok "so is the standard input" says 0 x-vpasid-cap-offset=0xfd8 "${arguments[@]}" \
		< <(sed 's/^/> /' tests/corpus/dumps/accelerator | gzip)
	ok "its name in messages" complains 3 "standard input: no line" "${arguments[@]}" </dev/null
}

broken
options
needs dumps scripts/corpus
total=0 taken=0
for dump in tests/corpus/dumps/{accelerator,bare,integrated} build/corpus/pciutils/*; do
	extended "$dump" >"$dir/extended"
	[[ -s $dir/extended ]] || continue
	total=$((total + $(wc -l <"$dir/extended")))
	taken=$((taken + $(taken_at_end "$dump" | wc -l)))
	ok "${dump##*/}: $(wc -l <"$dir/extended") functions" check_dump "$dump"
done
ok "there are functions: $total" test "$total" -ge 50
ok "some have something at 0xff8: $taken" test "$taken" -ge 2
ok "a difference is found" notices
ok "so are a digest and a place that aren't the library's" notices_library
plan
