#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Of each dump, vpasid reads the bytes that libpci does, whatever form it comes in: with all
# that lspci can print around them, quoted, indented, amid a mail, packed, by a pipe; and of
# one function what xxd and hexdump print, or the bytes themselves.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

dump_read=${BUILD:-build}/tests/tools/dump_read
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# What a report may have around the dump; none of it is a function or its bytes
cat >"$dir/above" <<'END'
Hello,

the machine hangs when I use it. From the log:

[    0.364731] pci 0000:00:1f.0: [8086:a306] type 00 class 0x060100
0000:00:1f.0: can't be claimed
00:1f.0: PME# supported

and some registers of the UART:
00: 12 34 56
10: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
00000000: 1234 5678 0000 0000 0000 0000 0000 0000  .4Vx............
00000000  12 34 56 78 00 00 00 00  00 00 00 00 00 00 00 00  |.4Vx............|

A line is as long as its writer wants:
END
{
	printf 'x%.0s' {1..1000}
	printf '\n\n'
} >>"$dir/above"
cat >"$dir/below" <<'END'

This was lspci. The memory there:
00: 00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff
20: 00 11
END

# Each is a filter.
as_quoted() { sed 's/^/> /; s/^> $/>/'; }
as_quoted_twice() { sed 's/^/> > /'; }
as_quoted_tightly() { sed 's/^/>/'; }
as_indented() { sed 's/^\(.\)/    \1/'; }
as_tabbed() { sed 's/^/\t/'; }
as_windows() { sed 's/$/\r/'; }
as_marked() { printf '\xef\xbb\xbf' && cat; }
as_unterminated() { head -c -1; }
as_mail() { cat "$dir/above" - "$dir/below"; }
as_quoted_mail() { as_mail | as_quoted; }
as_gzip() { gzip -c; }
as_gzip_in_parts() { sed -u 7q | gzip -c && gzip -c; }
as_gzip_of_all() { as_mail | sed 's/^/  > /' | as_windows | as_marked | gzip -c; }
forms=(quoted quoted_twice quoted_tightly indented tabbed windows marked unterminated mail
	quoted_mail gzip gzip_in_parts gzip_of_all)

of_xxd() { xxd; }
of_xxd_g1() { xxd -g 1 -u; }
of_xxd_a() { xxd -a; }
of_hexdump() { hexdump -C; }
of_hexdump_v() { hexdump -vC; }
of_hexdump_quoted() { hexdump -C | as_quoted | as_windows; }
of_xxd_in_mail() { xxd | as_indented | as_mail | sed '/^0*:\{0,1\}  *12/d'; }
of_gzip() { gzip -c; }
of_raw() { cat; }
space_forms=(xxd xxd_g1 xxd_a hexdump hexdump_v hexdump_quoted xxd_in_mail gzip raw)

# same FILE: what is read of it is $dir/expected
same() {
	"$dump_read" "$1" >"$dir/read" || return
	cmp "$dir/expected" "$dir/read"
}

# each_form DUMP: $dir/expected is read of all its forms
each_form() {
	local form
	same "$1" || return
	"$dump_read" - <"$1" | cmp "$dir/expected" - || return
	sed -u '' "$1" | "$dump_read" - | cmp "$dir/expected" - || return
	for form in "${forms[@]}"; do
		"as_$form" <"$1" >"$dir/form"
		same "$dir/form" || { echo "as $form"; return 1; }
	done
}

# each_space: of the functions of $dir/expected that have as many bytes as a file of sysfs, the
# first of each size
each_space() {
	local form size bytes
	while read -r size bytes; do
		xxd -r -p <<<"$bytes" >"$dir/space"
		echo "0000:00:00.0 $size $bytes" >"$dir/expected_space"
		for form in "${space_forms[@]}"; do
			"of_$form" <"$dir/space" >"$dir/form"
			"$dump_read" "$dir/form" | cmp "$dir/expected_space" - ||
				{ echo "as $form"; return 1; }
		done
	done < <(awk '$2 ~ /^(64|256|4096)$/ && !seen[$2]++ { print $2, $3 }' "$dir/expected")
}

# lspci_prints DUMP: what it prints of it, with each option that has bytes; by their names once,
# as it reads all of pci.ids for them
lspci_prints() {
	local bytes with
	for bytes in -x -xxx -xxxx; do
		for with in "-D -i $dir/empty" "-m -i $dir/empty" -Dvvnn; do
			# shellcheck disable=SC2086 # words
			lspci -F "$1" $bytes $with >"$dir/printed" 2>/dev/null || return
			"$dump_read" --libpci "$dir/printed" >"$dir/expected"
			same "$dir/printed" || { echo "of lspci $bytes $with"; return 1; }
		done
	done
	each_form "$dir/printed"
}

check_dump() {
	"$dump_read" --libpci "$1" >"$dir/expected" || return
	[[ -s $dir/expected ]] && same "$1" && each_space && lspci_prints "$1"
}

# A byte of another value, another address, a function that is there twice: found
notices() {
	local edit dump=tests/corpus/dumps/accelerator
	"$dump_read" --libpci "$dump" >"$dir/expected"
	for edit in 's/^100: ../100: ee/' 's/^0000:00:../0000:00:1e/'; do
		sed "$edit" "$dump" >"$dir/form"
		! same "$dir/form" || { echo "with $edit"; return 1; }
	done
	cat "$dump" "$dump" >"$dir/form"
	! same "$dir/form"
}

: >"$dir/empty"
ok "a difference is found" notices
for dump in tests/corpus/dumps/{accelerator,all-ones,bare,below,conventional,integrated,loop}; do
	ok "${dump##*/}" check_dump "$dump"
done
needs dumps scripts/corpus
total=0
for dump in build/corpus/pciutils/*; do
	ok "${dump##*/}" check_dump "$dump"
	total=$((total + $("$dump_read" "$dump" | wc -l)))
done
ok "there are functions: $total" test "$total" -ge 100
plan
