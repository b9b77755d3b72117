#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The packages in build/deb, built once more from another clone, in a path of another length and by
# a user with another umask: the bytes are the same.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
clone=$dir/with/a/longer/path/clone

build() {
	git clone -q . "$clone" && (umask 077 && "$clone/scripts/deb" "$dir/deb")
}

# is_same SUFFIX...: each file of build/deb with one of them
is_same() {
	local suffix file
	for suffix; do
		for file in build/deb/*"$suffix"; do
			cmp "$file" "$dir/deb/${file##*/}" || return
		done
	done
}

needs "packages in build/deb" test -e build/deb
ok "the packages build from a clone in another directory" build
ok "the binary packages have the same bytes" is_same .deb
ok "the source package has the same bytes" is_same .orig.tar.xz .debian.tar.xz .dsc
plan
