# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# A machine that lacks some programs. Source it.

# path_without DIRECTORY PATTERN...: makes the directory, with links to the programs of the PATH
# whose names match no pattern
path_without() {
	local directory=$1 folder folders pattern others=()
	shift
	for pattern; do
		others+=(! -name "$pattern")
	done
	mkdir -p "$directory"
	IFS=: read -ra folders <<<"$PATH"
	for folder in "${folders[@]}"; do
		[[ ! -d $folder ]] || find -L "$folder" -maxdepth 1 -type f -perm /111 \
			"${others[@]}" -exec ln -s -t "$directory" {} + 2>/dev/null
	done
}
