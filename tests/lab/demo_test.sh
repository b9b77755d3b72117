#!/bin/bash
# SPDX-License-Identifier: MIT
#
# make demo, which is what people try first, prints what README says; so does the command of
# lab/run that README has.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

# README shows the default machine.
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

# The lines of README's blocks that show the demo, without those that mark an omission
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

# README's block that begins with a command of lab/run
lab_run_block() {
	awk '/^```/ { inside = !inside; first = inside; next }
	     first  { first = 0; is_ours = /^\$ lab\/run / }
	     inside && is_ours' README.md
}

# The command is as long as its quoted part.
lab_run_prints() {
	local command
	command=$(lab_run_block | sed "1s/^. //; /'\$/q")
	[[ $command == *vfio_pasid* ]] &&
		diff <(lab_run_block | sed "1,/'\$/d") <(bash -c "$command")
}

is_json() {
	jq -e '.devices | length == 5 and all(.width == 20)' build/demo.json
}

ok "make demo ends well" demo
ok "it prints what README shows" in_output
ok "build/demo.json has the PF and its 4 VFs" is_json
ok "README's command of lab/run prints what stands there" lab_run_prints
plan
