# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: MIT
#
# For hostile_test.sh: texts, trees and files as an attacker would have them, and what
# must hold of the answer to each. $dir is a directory of the test's own, $vpasid
# the command, $speaker how its messages begin, and $memory the limit of its address
# space in KiB, or "".
speaker=vpasid
BDF=0000:00:05.0
DUMP=tests/corpus/dumps/accelerator

# By name. What a shell would run leaves a file, pwned.
# shellcheck disable=SC2016
declare -A texts=(
	[escape]=$'\e[2J\e]0;title\a\eP+q\e\\'
	[newline]=$'x\nvpasid: all is well'
	[carriage return]=$'x\rvpasid: all is well'
	[C1]=$'\xc2\x9b2J\xc2\x85'
	[Latin-1]=$'K\xf6ln\xff\xfe'
	[cut UTF-8]=$'x\xe2\x82'
	[overlong UTF-8]=$'\xc0\xaf\xe0\x80\xaf'
	[override]=$'\xe2\x80\xaelacol\xe2\x80\xac'
	[isolate]=$'\xe2\x81\xa7x\xe2\x81\xa9\xe2\x80\x8f\xd8\x9c'
	[line separator]=$'x\xe2\x80\xa8vpasid: all is well'
	[unseen]=$'\xe2\x80\x8b\xef\xbb\xbf\xf3\xa0\x81\x81'
	[backspace]=$'x\b\b\b\x7f\t\v\f'
	[format]='%s%n%99999d'
	[quotes]='"}],"schema":"x'\''</text><script>&amp;'
	[command]='$(id>pwned)`id>pwned`;id>pwned|id>pwned&id>pwned #'
)
texts[long]=$(printf 'x%.0s' {1..5000})

# clean FILE...: UTF-8, and of control characters just the newline; nothing turns the
# direction of text, ends a line otherwise, or can't be seen.
clean() {
	local odd='[\x00-\x09\x0b-\x1f\x7f-\x9f\x{61c}\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}-\x{206f}\x{feff}\x{e0000}-\x{e007f}]'
	iconv -f UTF-8 -t UTF-8 "$@" >/dev/null || { echo "not UTF-8"; return 1; }
	LC_ALL=C.UTF-8 grep -qaP "$odd" "$@" || return 0
	echo "raw:"
	LC_ALL=C.UTF-8 grep -anP "$odd" "$@" | cat -A | cut -c -200
	return 1
}

# runs STATUSES COMMAND ARG...: `vpasid COMMAND ARG...` ends with one of those, in time,
# within bounds, and prints nothing raw; each line on stderr is the command's.
runs() {
	local statuses=" $1 " status
	shift
	(
		[[ -z $memory ]] || ulimit -v "$memory"
		cd "$dir/cwd" && exec timeout -k 1 30 "${as[@]}" "$vpasid" "$@"
	) <"/dev/null" >"$dir/out" 2>"$dir/err"
	status=$?
	[[ $statuses == *" $status "* ]] ||
		{ echo "ended with $status"; cut -c -500 "$dir/out" "$dir/err" | cat -v; return 1; }
	clean "$dir/out" "$dir/err" || return
	! grep -qv "^$speaker: " "$dir/err" || { cat "$dir/err"; return 1; }
}

# sanitize PROGRAM: builds it with sanitizers, under build/sanitized. Of two tests that want
# to, one waits.
sanitize() {
	(
		flock 8
		[[ -e build/sanitized/build.ninja ]] ||
			CC=clang meson setup build/sanitized -Db_sanitize=address,undefined \
				-Db_lundef=false -Dc_args=-fno-sanitize-recover=all || exit
		ninja -C build/sanitized "$1"
	) 8>build/sanitized.lock
}

# refuses TEXT ARG...: with status 3 and TEXT
refuses() {
	local text=$1
	shift
	runs 3 "$@" || return
	grep -F -- "$text" "$dir/err" >/dev/null || { cat "$dir/err"; return 1; }
}

json() { # json STATUSES ARG...: what it prints is one object of JSON, or nothing with 3
	runs "$@" && { [[ ! -s $dir/out ]] || jq -es 'length == 1 and (.[0] | type == "object")' "$dir/out"; }
}

hex() { # hex DUMP: its bytes
	local bytes
	bytes=$(sed -n 's/^[0-9a-f]\{2,3\}: //p' "$1" | tr -d ' \n' | sed 's/../\\x&/g')
	# shellcheck disable=SC2059 # they are the format
	printf "$bytes"
}

# A copy of a host's sysfs with one function, $device, as it should be. It is made anew for
# each row, so it is copied from one that was made before.
make_tree() {
	chmod -R u+rwx "$dir/tree" 2>/dev/null
	rm -rf "$dir/tree"
	[[ -e $dir/sound ]] || make_sound_tree "$dir/sound/sys"
	cp -a "$dir/sound" "$dir/tree"
	tree=$dir/tree/sys
	device=$tree/devices/pci0000:00/$BDF
}

make_sound_tree() { # make_sound_tree TREE
	local tree=$1 device=$1/devices/pci0000:00/$BDF
	mkdir -p "$device" "$tree/bus/pci/devices" "$tree/bus/pci/drivers/nvme" "$tree/kernel/5"
	ln -s "../../../devices/pci0000:00/$BDF" "$tree/bus/pci/devices/$BDF"
	ln -s "../../../bus/pci/drivers/nvme" "$device/driver"
	ln -s "../../../kernel/5" "$device/iommu_group"
	cp "$dir/config" "$device/config"
	echo 0x1b36 >"$device/vendor"
	echo 0xfff0 >"$device/device"
	echo 0x1af4 | tee "$device/subsystem_vendor" >"$device/subsystem_device"
	echo 0x01 >"$device/revision"
	echo 0x088000 >"$device/class"
	echo "(null)" >"$device/driver_override"
	mkdir -p "$device/power" "$tree/class/iommu/dmar0/intel-iommu" "$tree/kernel/iommu_groups/5"
	echo 490080f00f4a >"$tree/class/iommu/dmar0/intel-iommu/ecap"
	echo DMA-FQ >"$tree/kernel/iommu_groups/5/type"
	echo active >"$device/power/runtime_status"
	echo D0 >"$device/power_state"
	ln -s ../../virtual/iommu/dmar0 "$device/iommu"
}

# What can stand at a path in place of what should
put_fifo() { mkfifo "$1"; }
put_directory() { mkdir "$1"; }
put_circle() { ln -s "${1##*/}" "$1"; }
put_link() { ln -s "$dir/outside/secret" "$1"; }
put_endless() { ln -s /dev/zero "$1"; }
put_terminal() { ln -s /dev/tty "$1"; }
put_nothing() { :; }
put_empty() { : >"$1"; }
put_huge() { truncate -s 100M "$1"; }
put_noise() { head -c 65536 "$vpasid" >"$1"; }
things=(fifo directory circle link endless terminal nothing empty huge noise)

# snapshot: all that is there, but for what vpasid prints
snapshot() {
	find "$dir/tree" "$dir/outside" "$dir/cwd" -printf '%p %y %s %m %T@ %l\n' | sort
}
