#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The reader of the kernel's command line is tested with a table
# (tests/tools/command_lines), which is tested here with a kernel. Intel's driver logs what it
# accepts, so many of its rows fit into one command line, each behind a mark. A row that ends what
# the kernel reads comes last. The effect of iommu= is whether there is an IOMMU, so each
# machine has one row of it that switches IOMMUs off, except one machine, which has all others.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh

TABLE=tests/tools/command_lines
dir=$(machine_dir command_line)

# ends_line LINE: what comes behind it isn't read, or is read as part of it
ends_line() {
	local quotes=${1//[!\"]/}
	[[ $1 =~ (^|[ \"])--($|[ \"]) ]] || ((${#quotes} % 2))
}

# Each is "NUMBER|LINE", or a LINE of iommu=.
joined=() last=() harmless=() off=()
number=0 passthrough=
while IFS='|' read -r results line; do
	number=$((number + 1))
	if [[ $results == '#'* || ! $line || $line == amd* ]]; then
		continue
	elif [[ $results == iommu_off* ]]; then
		off+=("$line")
	elif ends_line "$line"; then
		last+=("$number|$line")
	elif [[ ${line,,} == *intel* ]]; then
		joined+=("$number|$line")
	else
		harmless+=("$line")
		[[ $results != *pt* ]] || passthrough=$results
	fi
done <"$TABLE"
machines=$((${#last[@]} > ${#off[@]} ? ${#last[@]} : ${#off[@]} + 1))

# boots NUMBER: that machine
boots() {
	local name=$dir/$1 row rows=() lines=("${off[@]:$1:1}") state=off i
	for ((i = $1; i < ${#joined[@]}; i += machines)); do
		rows+=("${joined[i]}")
	done
	rows+=("${last[@]:$1:1}")
	if ((!${#lines[@]})); then
		lines=("${harmless[@]}")
		harmless=()
		state=$passthrough
	fi
	{
		printf '%s\n' 'iommu on' 'nvme 00:05.0' 'plant 00:05.0 pasid width=20'
		printf 'cmdline %s\n' "${lines[@]}"
		for row in "${rows[@]}"; do
			printf 'cmdline intel_iommu=row%s %s\n' "${row%%|*}" "${row#*|}"
		done
	} >"$name.topo"
	lab/run --topology "$name.topo" --copy tests/tap.sh --copy tests/lab/vm --copy "$TABLE" -- \
		tests/lab/vm/command_line.sh "$state" "${rows[@]%%|*}" >"$name" 2>"$dir/boot" ||
		{ sed 's/^/  /' "$dir/boot" | tail -n 40; return 1; }
}

for ((machine = 0; machine < machines; machine++)); do
	ok "machine $machine boots" boots "$machine"
	relay "$dir/$machine" "machine $machine"
done
ok "all rows were there" [ ${#harmless[@]} = 0 ]
plan
