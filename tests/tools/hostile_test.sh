#!/bin/bash
# SPDX-License-Identifier: MIT
#
# vpasid among enemies: copies of sysfs, dumps, quirks and arguments that were made to
# harm. Each gets a status and an error that names it, in time; nothing raw reaches the
# terminal, JSON is JSON, no shell runs anything, and nothing is written anywhere.
# "built" is vpasid as it is built, with little memory; "sanitized" has the address and
# undefined-behaviour sanitizers.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/support/hostile.sh
. tests/support/sanitized.sh

[[ ${1:-} == @(built|sanitized) ]] || { echo "usage: $0 built|sanitized" >&2; exit 2; }
dir=$(mktemp -d -p /dev/shm)
bin=$(mktemp -d)
vpasid=$bin/vpasid
trap 'chmod -R u+rwx "$dir"; rm -rf "$dir" "$bin"' EXIT
chmod 755 "$dir" "$bin"
mkdir -m 755 "$dir/cwd" "$dir/quirks" "$dir/none" "$dir/written"
mkdir -m 700 "$dir/outside"
echo 0x1234 >"$dir/outside/secret"
hex "$DUMP" >"$dir/config"
as=()

# map_tree STATUSES: of the tree as it is; nothing is written
map_tree() {
	local options=(--quirks "$dir/none" --sysfs "$tree" "$BDF")
	ask remember
	for_fleet --sysfs "$tree" && explains --sysfs "$tree" "$BDF" &&
		for_vm --sysfs "$tree" "$BDF" && json "$1" map --json "${options[@]}" &&
		for_qemu "$1" "${options[@]}" && ask unchanged
}

# draws ARG...: explain draws a picture, or says why not
draws() {
	rm -f "$dir/picture"
	runs "0 1 3" explain --svg "$dir/picture" "$@" || return
	[[ ! -e $dir/picture ]] || { clean "$dir/picture" && xmllint --noout --nonet "$dir/picture"; }
}

# explains ARG...: so does show; in text and in JSON; what they can say may be anything but
# usage
explains() {
	json "0 1 3" explain --json "$@" && runs "0 1 3" explain "$@" &&
		json "0 1 3" explain --for sva --json "$@" && draws "$@" &&
		json "0 3" show --json "$@" && runs "0 3" show "$@"
}

# for_qemu STATUSES ARG...: only the option, and nothing from the input
for_qemu() {
	runs "$1" place --format qemu "${@:2}" && ask fits 'x-vpasid-cap-offset=0x[0-9a-f]{3}'
}

# for_vm ARG...: options, and a domain within JSON, of characters that no shell or XML minds
for_vm() {
	runs "0 1 3" vm --for qemu --quirks "$dir/none" "$@" &&
		ask fits '-(machine|object|device) [a-z0-9,=.:-]+' &&
		json "0 1 3" vm --for libvirt --quirks "$dir/none" --json "$@"
}

# for_fleet ARG...: what check finds, and metrics and labels of a form that nothing in the input can break
for_fleet() {
	local sample='vpasid_[a-z_]+\{([a-z_]+="([^"\\]|\\["\\])*",?)+\} [0-9]+'
	local label='feature\.node\.kubernetes\.io/vpasid[a-z0-9_.-]+=(true|false|[0-9]+)'
	json "0 1 3" check --json "$@" && runs "0 1 3" check --for sva "$@" &&
		runs "0 3" export --format prometheus --for guest-sva "$@" &&
		ask fits "# (HELP|TYPE) vpasid_.*|$sample" &&
		runs "0 3" export --format nfd "$@" && ask fits "# PASID.*|$label"
}

# names PATH: the last complaint is of it
names() {
	ask says err "$1"
}

trees() {
	local thing file
	make_tree
	ok "$1: a tree as it should be" map_tree 0
	# What can't be without; the size of the file counts for nothing
	for thing in "${things[@]}"; do
		[[ $thing != @(huge|noise) ]] || continue
		make_tree
		rm "$device/config"
		"put_$thing" "$device/config"
		ok "$1: config: $thing" map_tree 3
		[[ $thing == empty ]] || ok "$1: config: $thing: named" names "$BDF/config: "
	done
	# Without these there is a place, but whether a quirk applies is unknown
	for file in vendor device; do
		for thing in "${things[@]}"; do
			make_tree
			rm "$device/$file"
			"put_$thing" "$device/$file"
			ok "$1: $file: $thing" map_tree 0
			ok "$1: $file: $thing: named" names "$BDF: its IDs are unknown"
		done
	done
	for thing in "${things[@]}"; do
		ok "$1: other files: $thing" other_files "$thing"
	done
	for thing in huge noise; do
		make_tree
		rm "$device/config"
		"put_$thing" "$device/config"
		ok "$1: config: $thing" map_tree "0 3"
	done
	for thing in circle fifo nothing empty; do
		make_tree
		rm "$tree/bus/pci/devices/$BDF"
		"put_$thing" "$tree/bus/pci/devices/$BDF"
		ok "$1: the function: $thing" map_tree 3
		ok "$1: the function: $thing: named" names "$BDF"
	done
	ok "$1: no tree" refuses "there is no PCI bus here" map --sysfs "$dir/none" "$BDF"
	ok "$1: a tree that is a file" refuses "Not a directory" map --sysfs "$dir/config" "$BDF"
}

other_files() { # other_files THING
	local file
	for file in driver uevent iommu_group physfn revision subsystem_vendor subsystem_device \
		sriov_totalvfs sriov_numvfs vfio-dev; do
		make_tree
		rm -f "$device/$file"
		"put_$1" "$device/$file"
		{
			json "0 3" map --json --quirks "$dir/none" --sysfs "$tree" "$BDF" &&
				for_fleet --sysfs "$tree"
		} || { echo "with $file"; return 1; }
	done
	for file in "$device"/{iommu,power_state,power/runtime_status,secondary_bus_number} \
		"$device"/{class,driver_override,sriov_totalvfs,sriov_numvfs,vfio-dev} \
		"$tree"/class/iommu/dmar0{,/intel-iommu{,/cap,/ecap}} \
		"$tree"/kernel/iommu_groups/5{,/type,/devices}; do
		make_tree
		rm -rf "$file"
		"put_$1" "$file"
		{
			explains --sysfs "$tree" "$BDF" && for_fleet --sysfs "$tree" &&
				for_vm --sysfs "$tree" "$BDF"
		} || { echo "with $file"; return 1; }
	done
}

# A tree of which something else is there at each look
changing_tree() {
	local changer i=0 bad=0
	make_tree
	rm -f "$dir/stop"
	while [[ ! -e $dir/stop ]]; do
		mv "$device/config" "$device/away"
		mkdir "$device/config"
		rmdir "$device/config"
		mkfifo "$device/config"
		rm "$device/config"
		truncate -s 100 "$device/config"
		mv "$device/away" "$device/config"
		mv "$device" "$device.away"
		mv "$device.away" "$device"
	done 2>/dev/null &
	changer=$!
	while ((i++ < 40 && !bad)); do
		json "0 3" map --json --quirks "$dir/none" --sysfs "$tree" "$BDF" ||
			bad=1
		explains --sysfs "$tree" "$BDF" || bad=1
		for_fleet --sysfs "$tree" || bad=1
	done
	# not by a signal, which what it has started outlives
	touch "$dir/stop"
	wait "$changer"
	return $bad
}

# Names of links in the tree: a PF that is none, and a group that is none, are told by show,
# and leave the rest known; the driver's may be any.
link_names() {
	local link name text options
	options=(map --json --quirks "$dir/none" --sysfs "$dir/tree/sys" "$BDF")
	for link in physfn iommu_group driver iommu; do
		for name in "${!texts[@]}"; do
			text=${texts[$name]//\//}
			make_tree
			ln -sfn "../${text:0:200}" "$device/$link"
			explains --sysfs "$dir/tree/sys" "$BDF" ||
				{ echo "explain: $link: $name"; return 1; }
			in_metrics "$link" "${text:0:200}" || { echo "export: $link: $name"; return 1; }
			{ json 0 "${options[@]}" && link_is_told "$link"; } ||
				{ echo "$link: $name"; return 1; }
		done
	done
}

link_is_told() { # link_is_told LINK
	case $1 in
	physfn)
		json 0 show --json --sysfs "$tree" "$BDF" && jq -e '.devices[0] | .kind == "vf" and
			.pf == null and .state == "unknown" and (.path_error | test("/physfn: it "))' \
			"$dir/out"
		;;
	iommu_group)
		runs 0 show --sysfs "$tree" "$BDF" &&
			grep -x "  group       unknown: the link to it can't be parsed" "$dir/out"
		;;
	esac
}

# in_metrics LINK NAME: a function that can't be read has its driver and its IOMMU shown; of
# the longest names, nothing. To know of a VF of no PF, root wouldn't help.
in_metrics() {
	local status=3
	[[ $1 != physfn ]] || status=0
	truncate -s 64 "$device/config"
	for_fleet --sysfs "$tree" && runs "$status" export --format prometheus --sysfs "$tree" || return
	ask copies "$dir/config" "$device/config"
	[[ $1 != @(driver|iommu) || ${#2} -ge 64 ]] || ! ask says out "$1=\"\""
}

# 255 functions, each a VF of one whose name has another byte
every_byte() {
	local i at byte bdfs=()
	make_tree
	for ((i = 1; i < 256; i++)); do
		# shellcheck disable=SC2059 # it is the format
		printf -v byte "\\x$(printf %02x "$i")"
		printf -v at '0000:00:%02x.%d' $((i / 8)) $((i % 8))
		[[ $byte != / && $at != "$BDF" ]] || continue
		ask copies "$device" "${device%/*}/$at"
		ln -s "../a${byte}b" "${device%/*}/$at/physfn"
		ln -s "../../../devices/pci0000:00/$at" "$tree/bus/pci/devices/$at"
		bdfs+=("$at")
	done
	runs 0 show --json --sysfs "$tree" "${bdfs[@]}" || return
	[[ $(jq '[.devices[] | select(.path_error | test("points to a.*b, which isn.t a"))] | length' "$dir/out") == 253 ]]
}

# Arguments: a usage error, or one of a file that isn't there
arguments() {
	local text=$1 command
	for command in query try map explain show vm export; do
		runs 2 "$command" "$text" || return
	done
	runs 2 query "--$text" && runs 2 query "-$text" && runs 2 query "$BDF" "$BDF$text" || return
	runs 2 "$text" && runs 2 "--$text" && runs 2 query --vf-token "$text" "$BDF" &&
		runs 2 try --vf-token "$text" "$BDF" && runs 2 try --pasid "$text" "$BDF" &&
		runs "2 3" bind --driver "$text" --dry-run "$BDF" &&
		runs 2 map --offset "$text" --file "$DUMP" && runs 2 place --width "$text" "$BDF" &&
		runs 2 place --format "$text" "$BDF" && runs 2 vm --for "$text" "$BDF" && runs 3 map --file "/$text" &&
		runs 3 map --quirks "/$text" --file "$PWD/$DUMP" && runs 3 map --sysfs "/$text" "$BDF" &&
		runs 3 explain --file "/$text" "$BDF" && runs 3 explain --sysfs "/$text" "$BDF" &&
		runs 3 vm --for qemu --sysfs "/$text" "$BDF" &&
		runs 3 show --file "/$text" "$BDF" && runs 3 show --sysfs "/$text" "$BDF" &&
		runs 3 map --svg "/none/$text" --file "$PWD/$DUMP" &&
		runs 3 explain --svg "/none/$text" --file "$PWD/$DUMP" 0000:00:05.0 && export_arguments "$text"
}

export_arguments() {
	local text=$1 nfd=(export --format nfd --sysfs "$tree")
	local file=$dir/written/${1//\//}
	runs 2 export --format "$text" && runs 2 "${nfd[@]}" --expire "$text" &&
		runs 2 "${nfd[@]}" -s "$text" && runs 2 "${nfd[@]}" -d "$text" &&
		runs 2 "${nfd[@]}" "$text" && runs 3 "${nfd[@]}" --output "/none/$text" &&
		runs 3 export --format nfd --sysfs "/$text" || return
	if ((${#file} < 255)); then
		runs 0 "${nfd[@]}" --output "$file" && [[ -s $file && ! -s $dir/out ]] && rm -- "$file"
	else
		runs 3 "${nfd[@]}" --output "$file" && names "File name too long"
	fi
	[[ -z $(ls -A "$dir/written") ]]
}

# quirk TEXT: one of the dump's function, with it as its source
quirk() {
	printf 'device 1b36:fff0\n\thidden 0xf80-0xfff\n\tsource "%s"\n' "$1"
}

# Quirks: as a file's name, as a word of it, as a source, which may be refused, too
quirks() {
	local text=$1 file name=${1//\//}
	local options=(--quirks "$dir/quirks" --file "$PWD/$DUMP")
	file="$dir/quirks/${name:0:200}.conf"
	rm -f "$dir/quirks/"*
	quirk "${text:0:200}" >"$file"
	runs "0 3" map "${options[@]}" && runs "0 3" map --svg "$dir/picture" "${options[@]}" &&
		json "0 3" place --format json "${options[@]}" && for_qemu "0 3" "${options[@]}" || return
	[[ ! -e $dir/picture ]] || { clean "$dir/picture" && xmllint --noout "$dir/picture"; } || return
	rm -f "$dir/picture"
	printf 'device 1b36:fff0\n\t%s 0xf80-0xfff\n' "$text" >"$file"
	runs 3 map "${options[@]}"
}

# Dumps: as a file's name, and as what is said of the function and of its bytes
dumps() {
	local text=$1 file=$dir/${1//\//}
	file=${file:0:200}
	{ echo "$BDF $text"; sed 1d "$DUMP"; } >"$file"
	json "0 3" map --json --file "$file" && for_qemu "0 3" --file "$file" &&
		runs "0 3" place --emit --file "$file" &&
		explains --file "$file" "$BDF" || return
	{ echo "$BDF x"; echo "00: $text"; } >"$file"
	runs 3 map --file "$file" || return
	echo "$text" >"$file"
	runs 3 map --file "$file" && runs 3 explain --file "$file" "$BDF" &&
		runs 3 show --file "$file" "$BDF" || return
	rm -f "$file"
}

each_text() { # each_text FUNCTION
	local name
	make_tree
	ask remember
	for name in "${!texts[@]}"; do
		"$1" "${texts[$name]}" || { echo "with $name"; return 1; }
	done
	ask unchanged
}

# No more than the user may: each refusal is reported, and everything else is printed as far as
# can be. Root runs these as nobody.
forbidden() {
	((EUID)) || as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	make_tree
	chmod 000 "$device/config"
	ok "$1: forbidden: config" map_tree 3
	ok "$1: forbidden: config: named" names "/config: Permission denied"
	make_tree
	truncate -s 64 "$device/config"
	ok "$1: forbidden: beyond 64 bytes" refuses "by --file, the output of \`lspci -xxxx" \
		map --sysfs "$tree" "$BDF"
	ok "$1: forbidden: the function's name, and its kind, are there all the same" known_anyway
	ok "$1: forbidden: explain tells what is known all the same" explains_anyway
	ok "$1: forbidden: so does show" shows_anyway
	make_tree
	chmod 000 "$device/vendor"
	ok "$1: forbidden: vendor" map_tree 0
	ok "$1: forbidden: vendor: named" names "$BDF: its IDs are unknown"
	make_tree
	chmod 000 "$device"
	ok "$1: forbidden: the function" refuses "$BDF/config: Permission denied" map --sysfs "$tree" "$BDF"
	make_tree
	chmod 000 "$tree/bus"
	ok "$1: forbidden: the bus" refuses "Permission denied" map --sysfs "$tree" "$BDF"
	chmod 755 "$tree/bus"
	ok "$1: forbidden: quirks" refuses "$dir/outside: Permission denied" \
		map --quirks "$dir/outside" --file "$PWD/$DUMP"
	ok "$1: forbidden: a dump" refuses "$dir/outside/secret: Permission denied" \
		map --file "$dir/outside/secret"
	ok "$1: forbidden: a picture" refuses "$dir/outside/x.svg: Permission denied" \
		map --svg "$dir/outside/x.svg" --file "$PWD/$DUMP"
	make_tree
	truncate -s 64 "$device/config"
	ok "$1: forbidden: export tells what is known all the same" exports_anyway
	ok "$1: forbidden: an output" refuses "$dir/outside/x: Permission denied" \
		export --format nfd --sysfs "$tree" --output "$dir/outside/x"
	as=()
}

exports_anyway() {
	refuses "only root can read its config space" export --format nfd --sysfs "$tree" &&
		! grep 'enabled=true\|enabled=false' "$dir/out" &&
		grep -qx 'feature.node.kubernetes.io/vpasid.functions.unknown=1' "$dir/out"
}

explains_anyway() {
	json 3 explain --json --sysfs "$tree" "$BDF" &&
		jq -e '.devices[0] | .verdict == "unknown" and (.links[1].verdict == "ok")' "$dir/out"
}

shows_anyway() {
	json 0 show --json --sysfs "$tree" "$BDF" && names "requires root" &&
		jq -e '.devices[0] | .state == "unknown" and .iommu.name == "dmar0" and .class == "088000" and
			.pasid.present == null and .place.offset == null' "$dir/out"
}

known_anyway() {
	json 3 place --format json --sysfs "$tree" "$BDF" &&
		jq -e '.devices[0] | .kind == "function" and (.name | test("Red Hat")) and .offset == null' "$dir/out"
}

all() { # all NAME: rows of one build of the command
	trees "$1"
	ok "$1: a tree that changes" changing_tree
	ok "$1: names of links: ${#texts[@]} texts" link_names
	ok "$1: arguments: ${#texts[@]} texts" each_text arguments
	ok "$1: quirks: ${#texts[@]} texts" each_text quirks
	ok "$1: dumps: ${#texts[@]} texts" each_text dumps
	forbidden "$1"
}

# That a row can fail: raw bytes of each text are found where they are printed.
finds_raw() {
	local name
	for name in "${!texts[@]}"; do
		printf '%s\n' "${texts[$name]}" >"$dir/raw"
		case $name in
		format | quotes | command | long) clean "$dir/raw" || return ;;
		newline) ;;
		*) ! clean "$dir/raw" || { echo "$name isn't found"; return 1; } ;;
		esac
	done
}


# in_place PROGRAM: the command, where nobody may run it and read it, too; programs in
# /dev/shm may not run
in_place() {
	cp "$1" "$bin/vpasid" && chmod 755 "$bin/vpasid"
}

start_checker
ok "raw text is found" finds_raw
case $1 in
built)
	memory=65536
	in_place "${BUILD:-build}/vpasid"
	all "as built"
	ok "as built: names of links: every byte" every_byte
	;;
sanitized)
	memory=
	ok "it builds with sanitizers" sanitize vpasid
	in_place "$SANITIZED/vpasid"
	all sanitized
	;;
esac
ok "no shell ran anything" test ! -e "$dir/cwd/pwned" -a ! -e pwned
plan
