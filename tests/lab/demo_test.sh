#!/bin/bash
# SPDX-License-Identifier: MIT
#
# make demo, which is what people try first, prints what README says.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

# README's is the default machine's.
unset LAB_KERNEL LAB_IOMMU LAB_QEMU LAB_IOMMUFD
dir=build/demo
mkdir -p "$dir"

# The kernel's release changes with each update of Debian's.
any_release() {
	sed -E 's/[0-9.]+\+deb12-cloud-amd64/RELEASE/'
}

demo() {
	scripts/demo 2>&1 | any_release >"$dir/output" && ((!PIPESTATUS[0])) && return
	cat "$dir/output"
	return 1
}

# Of README's blocks those that are the demo's, but for what is left out
readme_lines() {
	awk '/^```/ { inside = !inside; first = inside; next }
	     first  { first = 0; is_demo = /^Booting / || /^\$ vpasid (list|explain 0000:.*)$/ }
	     inside && is_demo && NF && $0 != "..."' README.md | any_release
}

in_output() {
	local line missing=0 lines=0
	while IFS= read -r line; do
		lines=$((lines + 1))
		grep -qxF -e "$line" "$dir/output" || { echo "not printed: $line" && missing=1; }
	done < <(readme_lines)
	((lines > 30 && !missing))
}

is_json() {
	jq -e '.devices | length == 5 and all(.width == 20)' build/demo.json
}

ok "make demo ends well" demo
ok "it prints what README shows" in_output
ok "build/demo.json has the PF and its 4 VFs" is_json
plan
