#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The commands in doc/viommu.md print what that page shows, and what doc/kernel.md shows of it.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

dir=build/guest/page
rm -rf "$dir" build/dsa.log
mkdir -p "$dir"

# Whether one of the commands fails or not, the processes that they start end with them.
{
	echo "trap 'jobs -p | xargs -r kill 2>/dev/null || true' EXIT"
	tests/docs/block commands doc/viommu.md session
} >"$dir/commands"

runs() {
	lab/limit 600 bash -e "$dir/commands" >"$dir/output" 2>"$dir/messages" && return
	cat "$dir/messages" "$dir/output"
	return 1
}

# The capability, as lspci has printed it above
capability() {
	sed -n '/Process Address Space ID/,/PASIDCtl/p' "$dir/output" >"$dir/capability"
	tests/docs/block compare doc/kernel.md kernel "$dir/capability"
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
ok "they print what it shows" tests/docs/block ordered doc/viommu.md session "$dir/output"
ok "doc/kernel.md shows the same capability" capability
ok "the server's end leaves no socket" is_gone
plan
