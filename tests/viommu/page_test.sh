#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The commands in doc/viommu.md print what that page shows.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

dir=build/guest/page
rm -rf "$dir" build/dsa.log
mkdir -p "$dir"

# The page's only block that begins with a command. Whether it fails or not, the processes that
# it starts end with it.
awk '/^```/ { if (inside) exit; getline; inside = /^\$ / }
     inside { print }' doc/viommu.md >"$dir/shown"
{
	echo "trap 'jobs -p | xargs -r kill 2>/dev/null || true' EXIT"
	sed -n 's/^\$ //p' "$dir/shown"
} >"$dir/commands"

# Process numbers differ each time.
any_process() {
	sed -E 's/process [0-9]+/process N/' "$@"
}

runs() {
	lab/limit 600 bash -e "$dir/commands" >"$dir/output" 2>"$dir/messages" && return
	cat "$dir/messages" "$dir/output"
	return 1
}

in_order() {
	local line at=1 found
	any_process "$dir/output" >"$dir/said"
	while IFS= read -r line; do
		found=$(tail -n "+$at" "$dir/said" | grep -nxF -m 1 -e "$line" | cut -d : -f 1)
		[[ $found ]] || { echo "not behind line $at: $line"; cat "$dir/said"; return 1; }
		((at += found))
	done < <(grep -vxF -e ... "$dir/shown" | grep -v '^\$ ' | any_process)
	((at > 15))
}

# The server takes a moment to end.
is_gone() {
	for _ in {1..50}; do
		[[ -e build/dsa.socket ]] || return 0
		sleep 0.1
	done
	return 1
}

ok "its commands run" runs
ok "they print what it shows" in_order
ok "the server's end leaves no socket" is_gone
plan
