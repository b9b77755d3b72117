#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The manual of the library: libvpasid(3), and a page of each header, made of its comments.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

build=${BUILD:-build}
pages=("$build"/doc/man/*.h.3)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

formatted() {
	local page complaints
	for page in doc/man/libvpasid.3 "${pages[@]}"; do
		complaints=$({ mandoc -T lint -W warning "$page" >&2; man --warnings -l "$page"; } 2>&1 >/dev/null)
		[[ ! $complaints ]] || { echo "$page: $complaints"; return 1; }
	done
}

exported() {
	nm -D --defined-only "$build/lib/libvpasid.so" | sed -n 's/.* T \(vpasid_[a-z0-9_]*\).*/\1/p'
}

# describes_all PAGE...: each function that the library exports is in a synopsis, and has a part
describes_all() {
	local function count=0
	while read -r function; do
		if ! grep -qE "^\.Fn $function " "$@" || ! grep -qE "^\.Ss (.*, )?$function\(\)" "$@"; then
			echo "$function"
			return 1
		fi
		count=$((count + 1))
	done < <(exported)
	((count > 50))
}

# Each name of a function or an argument that a comment has is set apart, and nothing of its form is left.
marks_resolved() {
	! grep -nE '(^|[ (])(@[a-z]|&struct|&vpasid)|/\*\*|Return:' "${pages[@]}"
}

# links_all HEADER...: a function can be looked up by its name
links_all() {
	doc/man/header_page.py --names "$@" | cut -d ' ' -f 2 | sort >"$dir/names"
	[[ -z $(exported | sort | comm -23 - "$dir/names") ]]
}

# has_headers: libvpasid(3) leads to each page
has_headers() {
	diff <(sed -n 's/^\.It Xr \(.*\) 3$/\1.3/p' doc/man/libvpasid.3 | sort) \
		<(basename -a "${pages[@]}" | sort)
}

example_compiles() {
	sed -n '/^#include/,/^\.Ed/p' doc/man/libvpasid.3 | sed '$d; s/\\e/\\/g' >"$dir/example.c"
	grep -q vpasid_ "$dir/example.c" &&
		gcc -std=c11 -Wall -Wextra -Werror -fsyntax-only -Iinclude -Iinclude/uapi -I"$build/include" "$dir/example.c"
}

misses_comment() {
	sed '/^\/\*\*$/ { N; /vpasid_detach() - /!b; :more; N; /\*\/$/!b more; d }' \
		include/vpasid/attach.h >"$dir/attach.h"
	doc/man/header_page.py "$dir/attach.h" >"$dir/vpasid_attach.h.3" || return
	! describes_all "$dir/vpasid_attach.h.3" "${pages[@]/*vpasid_attach.h.3/\/dev\/null}" >/dev/null
}

ok "mandoc and man have nothing to say" formatted
ok "each exported function is described" describes_all "${pages[@]}"
ok "no marks of comments are left" marks_resolved
ok "each exported function can be looked up" links_all include/vpasid/*.h "$build/include/vpasid/version.h"
ok "libvpasid(3) has the page of each header" has_headers
ok "the example of libvpasid(3) compiles" example_compiles
ok "a function without a description is found" misses_comment
plan
