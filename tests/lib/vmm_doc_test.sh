#!/bin/bash
# SPDX-License-Identifier: MIT
#
# doc/vmm.md and doc/vmm-reference.md show real code: each of their blocks of C is in an example
# exactly like that, or compiles by itself, and all names of the library in them are declared.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

page=doc/vmm-reference.md
start=doc/vmm.md
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# blocks PAGE DIRECTORY: writes each block of C to a file there, named by its line. A line
# that looks like a fence but isn't one of those known here is an error: it might hide a block.
blocks() {
	mkdir -p "$2"
	awk -v page="$1" -v dir="$2" '
		file == "" && /^```c$/  { file = sprintf("%s/%03d.c", dir, NR); printf "" >file; next }
		file == "" && /^```(sh|cmake|text)$/ { file = "/dev/null"; next }
		file != "" && /^```$/   { close(file); file = ""; next }
		/^[[:blank:]]*(```|~~~)/ { print page ":" NR ": no fence of ```c, ```sh, ```cmake, ```text"; bad = 1 }
		file != ""              { print >file }
		END {
			if (file != "") { print page ": a block has no end"; bad = 1 }
			exit bad
		}' "$1"
}

# in_example BLOCK: the block is a row of whole definitions in one file: before it is an empty
# line or a comment, behind it an empty line or the end of the file. The x keeps empty lines at
# the end.
in_example() {
	local block example text
	block=$(cat "$1" && echo x)
	block=${block%x}
	for example in examples/*.c; do
		text=$(cat "$example")$'\n\n'
		case $text in
		*$'\n\n'"$block"$'\n'* | *$'*/\n'"$block"$'\n'*) return ;;
		esac
	done
	return 1
}

compiles() {
	gcc -x c -std=c11 -Wall -Wextra -Werror -fsyntax-only -Iinclude -Iinclude/uapi \
		-Ibuild/include "$1"
}

holds() {
	[[ -s $1 ]] || return
	in_example "$1" && return
	echo "it is in no example as it is shown; by itself:"
	compiles "$1"
}

# Checks all blocks of a page.
page_holds() {
	local block
	rm -rf "$dir/other"
	blocks "$1" "$dir/other" || return
	for block in "$dir"/other/*.c; do
		holds "$block" || return
	done
}

# finds SED-SCRIPT: the test fails for a page with that change
finds() {
	sed -E "$1" "$page" >"$dir/changed.md"
	! cmp -s "$page" "$dir/changed.md" || { echo "nothing has changed"; return 1; }
	! page_holds "$dir/changed.md"
}

# The test fails if any single line of code is left out of the page. Only a comment before a
# function may be left out.
misses_any_line() {
	local line missed=0
	while read -r line; do
		finds "${line}d" || { echo "line $line can go"; return 1; }
		missed=$((missed + 1))
	done < <(awk '/^```c$/ { in_c = 1; next } /^```$/ { in_c = 0 }
		in_c && !/^\/\*/ { print NR }' "$page")
	((missed >= 50))
}

# shellcheck disable=SC2016 # fences
finds_changes() {
	page_holds "$page" && finds 's/takes\)$/takes - 1)/' && finds 's/-EIO/-EINVAL/' &&
		finds '/^\toffer->width = /s/info/host/' && finds 's/^```c$/```C/' &&
		finds '$s/$/\n```c\nint width(void) { return vpasid_no_such(); }\n```/'
}

# shellcheck disable=SC2016
takes_what_compiles() {
	printf '\n```c\n%s\n```\n' '#include <vpasid/vpasid.h>
int width(const struct vpasid_info *info);
int width(const struct vpasid_info *info) { return vpasid_info_usable_width(info); }' |
		cat "$page" - >"$dir/longer.md"
	page_holds "$dir/longer.md"
}

# undeclared PAGE: prints names of the library in its text or code that no header declares
undeclared() {
	grep -oE '\<(vpasid|VPASID)_[A-Za-z0-9_]+' "$1" | sort -u | while read -r name; do
		grep -qw -- "$name" include/vpasid/*.h{,.in} || echo "$name"
	done
}

declared() {
	[[ -z $(undeclared "$1" | tee /dev/stderr) ]]
}

states_size() {
	grep -q "^- It migrates only its emulated state, $(sed -n 's/^#define SIZE[[:blank:]]*//p' \
		tests/lib/vconfig_migration_test.c) bytes for PASID without" "$page"
}

ok "the page's blocks can be told" blocks "$page" "$dir/blocks"
for block in "$dir"/blocks/*.c; do
	line=${block##*/}
	line=$((10#${line%.c}))
	ok "$page:$line: the block stands in an example, or compiles" holds "$block"
done
ok "there are blocks" test "$(find "$dir/blocks" -name '*.c' | wc -l)" -ge 6
ok "a change of the page's code is found" finds_changes
ok "any line that is left out of the page's code is missed" misses_any_line
ok "a block that is in no example may compile by itself" takes_what_compiles
ok "$start: each block compiles" page_holds "$start"
for each in "$page" "$start"; do
	ok "$each: the names of the library's that it has are declared" declared "$each"
done
ok "the saved state has the size that the page names" states_size
plan
