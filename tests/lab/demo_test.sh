#!/bin/bash
# SPDX-License-Identifier: MIT
#
# make demo, which is what people try first, prints what the documents show; so do the commands of
# lab/run that they have.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

# The documents show the default machine.
unset LAB_KERNEL LAB_IOMMU LAB_QEMU LAB_IOMMUFD
dir=build/demo
mkdir -p "$dir"

# README's first command, as it stands there
demo() {
	tests/docs/block commands README.md try | grep -q '^make demo ' &&
		scripts/demo >"$dir/output" 2>&1 && return
	cat "$dir/output"
	return 1
}

# shows PAGE NAME: the demo prints that block
shows() {
	tests/docs/block within "$1" "$2" "$dir/output"
}

# lab_shows PAGE NAME: the block's commands of lab/run print what stands there
lab_shows() {
	tests/docs/block commands "$1" "$2" >"$dir/commands" && grep -q '^lab/run ' "$dir/commands" || return
	tests/docs/block run-named "$1" "$2"
}

is_json() {
	jq -e '.devices | length == 5 and all(.width == 20)' build/demo.json &&
		tests/support/schemas.py build/demo.json
}

ok "make demo ends well" demo
ok "README.md: it prints the first answer" shows README.md demo
ok "doc/explain.md: it explains what is broken" shows doc/explain.md broken
ok "doc/explain.md: it explains what is sound" shows doc/explain.md sound
ok "build/demo.json has the PF and its 4 VFs, by its schema" is_json
ok "doc/guard.md: the module comes to a function in use" lab_shows doc/guard.md early
ok "doc/kernel.md: a function in the lab" lab_shows doc/kernel.md lab
plan
