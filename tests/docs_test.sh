#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The documents are true as far as a machine can tell: each block of code is run here, read by a test
# that runs it, or marked with the reason why it isn't; links lead somewhere; the pictures are those of
# the source. With RENEW=1 in the environment the blocks that are run here, and the picture that vpasid
# draws, are made anew.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
. tests/tap.sh

top=$PWD
mapfile -t pages < <(git ls-files --cached --others --exclude-standard '*.md')
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# What documents tell to run may leave files behind, so it runs in a copy of the source.
copy() {
	git ls-files -z --cached --others --exclude-standard |
		tar -c --null --files-from - --ignore-failed-read 2>/dev/null | tar -x -C "$dir" &&
		ln -s "$top/build" "$dir/build"
}

# run_block PAGE LINE: in the copy; what is renewed there comes back
run_block() {
	(cd "$dir" && PATH=$top/build:$PATH tests/docs/block run "$1" "$2") || return
	[[ ${RENEW-} != 1 ]] || cp "$dir/$1" "$1"
}

is_map() {
	build/vpasid map --svg "$dir/map.svg" --file tests/corpus/dumps/accelerator || return
	[[ ${RENEW-} != 1 ]] || cp "$dir/map.svg" doc/images/map.svg
	cmp "$dir/map.svg" doc/images/map.svg
}

# Each document, manual and README is linked to from doc/README.md, or is that.
is_listed() {
	local file missing=0
	while read -r file; do
		[[ $file != README.md && $file != doc/README.md ]] || continue
		grep -qF "]($(realpath -m --relative-to=doc "$file"))" doc/README.md || {
			echo "$file"
			missing=1
		}
	done < <(printf '%s\n' "${pages[@]}" && ls doc/*.[1-8] doc/man/*.[1-8])
	return $missing
}

misses_arrow() {
	sed '/data-from="device"/d' doc/images/architecture.svg >"$dir/fewer.svg" &&
		! tests/docs/architecture "$dir/fewer.svg" build/lib/libvpasid.so
}

# As `make html` does, and the links of the pages; with what stands in the copy
links_hold() {
	(cd "$dir" && rm -rf html && scripts/html html >/dev/null && tests/docs/links html)
}

# notices EDIT COMMAND...: it takes a page as it is, and not with that edit
notices() {
	local edit=$1
	shift
	(cd "$dir" && "$@" README.md && sed -E -i.kept "$edit" README.md && ! cmp -s README.md README.md.kept) ||
		return
	(cd "$dir" && ! "$@" README.md)
	local status=$?
	mv "$dir/README.md.kept" "$dir/README.md"
	return $status
}

# the block of README that is run here, wherever it stands
run_readme() {
	local page line
	read -r page line < <(tests/docs/block runs README.md) &&
		PATH=$top/build:$PATH RENEW='' tests/docs/block run "$page" "$line"
}

ok "there are documents" test "${#pages[@]}" -ge 20
ok "a copy of the source" copy
ok "each block is marked: run, checked by a test, or not run for a reason" \
	tests/docs/block unmarked "${pages[@]}"
ok "each test that checks a block reads it" tests/docs/block untested "${pages[@]}"
while read -r page line; do
	ok "$page:$line: the commands run, and print what it shows" run_block "$page" "$line"
done < <(tests/docs/block runs "${pages[@]}")
ok "as HTML, each link of documents and manuals leads to a page, and to a heading in it" links_hold
ok "doc/README.md has each document" is_listed
ok "doc/images/map.svg is what vpasid map --svg draws" is_map
ok "doc/images/architecture.svg agrees with the source" \
	tests/docs/architecture doc/images/architecture.svg build/lib/libvpasid.so

ok "an arrow that leaves the picture is missed" misses_arrow
ok "a block without a mark is found" notices '/^<!-- run -->/d' tests/docs/block unmarked
ok "a test that doesn't read its block is found" \
	notices 's/(demo_test.sh: )demo/\1other/' tests/docs/block untested
ok "a link to no file is found" notices 's,\(doc/hosts.md\),(doc/host.md),' links_hold
ok "a link to no heading is found" notices 's,glossary.md#pasid,glossary.md#pasids,' links_hold
ok "other output is found" notices 's/=0xfd8/=0xff8/' run_readme
plan
