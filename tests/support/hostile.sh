# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: MIT
#
# For hostile_test.sh: texts, trees and files as an attacker would have them, and what
# must hold of the answer to each. $dir is a directory of the test's own, $vpasid
# the command, $speaker how its messages begin, and $memory the limit of its address
# space in KiB, or "".
speaker=vpasid
# A finding of the sanitizers has a status that the command never has.
export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=halt_on_error=1:exitcode=99
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

# start_checker: what ask() asks. It ends with the test.
start_checker() {
	mkfifo "$dir/questions"
	exec {answers}< <(exec tests/support/hostile.py "$dir" "$speaker" <"$dir/questions")
	exec {questions}>"$dir/questions"
	rm "$dir/questions"
}

# ask QUESTION ARG...: one of hostile.py's functions; prints what is wrong, if anything is
ask() {
	local answer
	printf '%s\0' $# "$@" >&"$questions"
	IFS= read -r -d '' -u "$answers" answer || { echo "no answer"; return 1; }
	[[ $answer ]] || return 0
	printf '%s\n' "$answer"
	return 1
}

# clean FILE...: UTF-8, without control characters except the newline; nothing turns the
# direction of text, ends a line otherwise, or can't be seen.
clean() {
	ask clean "$@"
}

# runs STATUSES COMMAND ARG...: `vpasid COMMAND ARG...` ends with one of those, in time,
# within bounds, and prints nothing raw; each line on stderr is the command's.
runs() {
	ask runs "$memory" "$1" "${as[@]}" "$vpasid" "${@:2}"
}

# refuses TEXT ARG...: with status 3 and TEXT
refuses() {
	runs 3 "${@:2}" && ask says err "$1"
}

json() { # json STATUSES ARG...: what it prints is one JSON document, valid by its schema; or nothing
	runs "$@" && ask is_json
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
	[[ -e $dir/sound ]] || make_sound_tree "$dir/sound/sys"
	ask copies "$dir/sound" "$dir/tree"
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
	echo 8d2008c22260286 >"$tree/class/iommu/dmar0/intel-iommu/cap"
	echo DMA-FQ >"$tree/kernel/iommu_groups/5/type"
	echo active >"$device/power/runtime_status"
	echo D0 >"$device/power_state"
	ln -s ../../virtual/iommu/dmar0 "$device/iommu"
}

# What can be at a path instead of what should
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
