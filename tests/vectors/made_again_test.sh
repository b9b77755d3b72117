#!/bin/bash
# SPDX-License-Identifier: MIT
#
# data/vectors has what make_vectors.py makes of the dumps, and the library answers: nobody has
# changed a file by hand, or forgotten to make them again.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

build=${BUILD:-build}
library=$(echo "$build"/lib/libvpasid.so.?.?)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

made_again() {
	python3 -B tests/vectors/make_vectors.py "$library" build/corpus/pciutils "$dir" &&
		"$build/tests/vectors/vectors_test" --write "$dir" &&
		diff -r --exclude=README.md data/vectors "$dir"
}

notices() {
	sed -i '0,/"0x1/s//"0x2/' "$dir/myri-10g.json" &&
		! diff -r --exclude=README.md data/vectors "$dir"
}

needs dumps scripts/corpus
ok "the files are what is made now" made_again
ok "a change is found" notices
plan
