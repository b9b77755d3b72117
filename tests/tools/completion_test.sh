#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Completion, by the shells themselves, and the manual: both have the commands and options
# that `vpasid --help` and `vpasid COMMAND --help` list, no fewer and no more; and values
# are completed by what they are.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

PATH=$(realpath "${BUILD:-build}"):$PATH
completions=$PWD/data/completions
dir=$(mktemp -d)
bdfs=()
trap 'rm -rf "$dir"' EXIT
export HOME=$dir XDG_CONFIG_HOME=$dir XDG_DATA_HOME=$dir

commands() {
	vpasid --help | sed -n 's/^  \([a-z]\+\)  .*/\1/p'
}

# The functions below take a program and, of vpasid, a command.

# option_lines PROGRAM [COMMAND]: the lines of its help with options: "-a, --all"
option_lines() {
	"$@" --help | grep -oP '^  \K-[^ ,]+(, -[^ ,]+)*'
}

options() {
	option_lines "$@" | sed 's/, /\n/g'
}

# valued PROGRAM [COMMAND]: its options that take a value
valued() {
	"$@" --help | grep -oP '^  \K-[^ ,]+(?= [A-Z])'
}

formats() { # formats COMMAND: as it says that there is no other
	vpasid "$1" --format none 2>&1 | sed 's/.*: not \([^;]*\);.*/\1/; s/ or /, /; s/, /\n/g'
}

# A copy of a host's sysfs, of devices that pci.ids knows; vpasid list complains that their
# config spaces aren't there.
make_sysfs() {
	local bdf device
	while read -r bdf device; do
		mkdir -p "$dir/sys/bus/pci/devices/$bdf"
		echo 0x8086 >"$dir/sys/bus/pci/devices/$bdf/vendor"
		echo "$device" >"$dir/sys/bus/pci/devices/$bdf/device"
		bdfs+=("$bdf")
	done <<-END
		0000:00:05.0 0x0b25
		0000:6a:01.0 0x0cfe
		10000:e1:00.0 0x1533
	END
	[[ $(vpasid list --all -p --sysfs "$dir/sys" 2>&1 >/dev/null) == *"can't be read"* ]]
}

# in_SHELL LINE: what it offers there: a word a line, and a tab before its description. bash
# is given the words as it splits them.
in_bash() {
	# shellcheck disable=SC2016 # expressions of that bash
	bash --norc -c '
		. "$1" || exit
		compopt() { printf "(%s)\n" "$2"; }
		line=$2 word= COMP_WORDS=()
		while [[ $line ]]; do
			char=${line:0:1} line=${line:1}
			case $char in
			" ") [[ ! $word ]] || COMP_WORDS+=("$word"); word= ;;
			[=:]) [[ ! $word ]] || COMP_WORDS+=("$word"); COMP_WORDS+=("$char"); word= ;;
			*) word+=$char ;;
			esac
		done
		[[ ! $word && $2 == *[=:] ]] || COMP_WORDS+=("$word")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		case $2 in
		vpasid-device*) _vpasid_device ;;
		*) _vpasid ;;
		esac
		printf "%s\n" "${COMPREPLY[@]}"
	' bash "$completions/vpasid" "$1" 2>&1 | grep . | sort
}

# One zsh for all tests, because it needs a second to start
start_zsh() {
	coproc ZSH { timeout 300 zsh -f tests/tools/complete.zsh "$completions" 2>&1; }
	exec 7<&"${ZSH[0]}" 8>&"${ZSH[1]}"
}

in_zsh() {
	local line
	echo "$1" >&8
	while IFS= read -r -t 60 line <&7 && [[ $line != . ]]; do
		echo "$line"
	done | sort
}

in_fish() {
	# shellcheck disable=SC2016 # expressions of fish
	timeout 60 fish --no-config -c 'source $argv[1]; source $argv[2]; complete -C $argv[3]' \
		"$completions/vpasid.fish" "$completions/vpasid-device.fish" "$1" 2>&1 | sort
}

# offers SHELL LINE WORD...: these words, and no others
offers() {
	local shell=$1 line=$2
	shift 2
	diff <("in_$shell" "$line" | cut -f 1) <(printf '%s\n' "$@" | grep . | sort) ||
		{ echo "for: $line"; return 1; }
}

offers_commands() {
	local all
	mapfile -t all < <(commands)
	((${#all[@]} > 5)) && offers "$1" "vpasid " "${all[@]}"
}

# with descriptions in the words of --help: zsh repeats the name before each
describes_commands() {
	diff <(in_"$1" "vpasid " | sed 's/\t.*  -- /\t/') \
		<(vpasid --help | sed -n 's/^  \([a-z]\+\)  \+/\1\t/p' | sort)
}

offers_options() {
	local command all
	mapfile -t all < <(options vpasid)
	offers "$1" "vpasid -" "${all[@]}" || return
	for command in $(commands); do
		mapfile -t all < <(options vpasid "$command")
		((${#all[@]} > 3)) && offers "$1" "vpasid $command -" "${all[@]}" || return
	done
	mapfile -t all < <(options vpasid-device)
	((${#all[@]} > 10)) && offers "$1" "vpasid-device -" "${all[@]}"
}

# Behind an option that takes a value, no other option is offered; fish does offer them, but it
# offers no functions.
waits_for_values() {
	local command option value=- count=0
	[[ $1 != fish ]] || value=0000
	for command in $(commands); do
		for option in $(valued vpasid "$command"); do
			[[ $option != -s ]] || continue
			! in_"$1" "vpasid $command $option $value" | grep -E '^(-|[0-9a-f]+:)' ||
				{ echo "for: $command $option"; return 1; }
			count=$((count + 1))
		done
	done
	for option in $(valued vpasid-device); do
		! in_"$1" "vpasid-device $option $value" | grep '^-' || { echo "for: $option"; return 1; }
		count=$((count + 1))
	done
	((count > 40))
}

# Words that --help gives: commands behind help, and the values of --color
offers_words() {
	local all
	mapfile -t all < <(commands)
	offers "$1" "vpasid help " "${all[@]}" && offers "$1" "vpasid show --color " auto always never
}

offers_formats() {
	local command all
	for command in $(commands); do
		options vpasid "$command" | grep -qx -- --format || continue
		mapfile -t all < <(formats "$command")
		((${#all[@]} > 1)) && offers "$1" "vpasid $command --format " "${all[@]}" || return
	done
}

# takes_functions COMMAND: by its usage
takes_functions() {
	vpasid "$1" --help | grep -q '^usage: .* BDF'
}

# lists_functions SHELL: those of the host, and of a copy, of whose files no complaint is seen
lists_functions() {
	local command all
	mapfile -t all < <(ls /sys/bus/pci/devices 2>/dev/null)
	for command in $(commands); do
		takes_functions "$command" || continue
		offers "$1" "vpasid $command " "${all[@]}" || return
		! options vpasid "$command" | grep -qx -- --sysfs ||
			offers "$1" "vpasid $command --sysfs $dir/sys " "${bdfs[@]}" || return
	done
	offers "$1" "vpasid show --sysfs=$dir/sys ${bdfs[0]} " "${bdfs[@]}"
}

# bash expands words that compgen is given, and a copy is somebody else's.
runs_nothing() {
	local name
	# shellcheck disable=SC2016 # they are names
	for name in '$(touch pwned)' '`touch pwned`' '0000:$(touch pwned):00.0' "'; touch pwned; '"; do
		mkdir "$dir/sys/bus/pci/devices/$name"
	done
	offers "$1" "vpasid show --sysfs $dir/sys " "${bdfs[@]}" && [[ ! -e pwned ]]
	local status=$?
	rm -rf "$dir/sys/bus/pci/devices/"*touch* pwned
	return $status
}

# zsh and fish say which they are
describes_functions() {
	local bdf name
	in_"$1" "vpasid show --sysfs $dir/sys " >"$dir/offered"
	vpasid list --all -p --sysfs "$dir/sys" 2>/dev/null | cut -f 1,10 >"$dir/names"
	while IFS=$'\t' read -r bdf name; do
		[[ $name == Intel* ]] || return
		grep -F -- "$bdf" "$dir/offered" | grep -qF -- "$name" || { cat "$dir/offered"; return 1; }
	done <"$dir/names"
	(($(wc -l <"$dir/names") == ${#bdfs[@]}))
}

# Nothing is behind the last ":" that isn't typed there
goes_on_in_bash() {
	offers bash "vpasid show --sysfs $dir/sys 0000" 0000:00:05.0 0000:6a:01.0 &&
		offers bash "vpasid show --sysfs $dir/sys 0000:" 00:05.0 6a:01.0 &&
		offers bash "vpasid show --sysfs $dir/sys 0000:6a" 6a:01.0 &&
		offers bash "vpasid show --sysfs $dir/sys 0000:6a:01" 01.0 &&
		offers bash "vpasid list --sysfs $dir/sys -s 1" 10000:e1:00.0 &&
		offers bash "vpasid place --format=q" qemu &&
		offers bash "vpasid place --format=j" json
}

# Where a dump is named, bash knows of no function; the others have those that are in it.
functions_of_a_dump() {
	local dump=tests/corpus/dumps/integrated
	offers bash "vpasid show --file $dump " &&
		offers zsh "vpasid show --file $dump " 0000:00:08.0 &&
		offers fish "vpasid show --file $dump " 0000:00:08.0
}

# In bash they are the shell's own affair.
files_and_directories() {
	offers bash "vpasid map --svg " "(default)" && offers bash "vpasid explain --svg " "(default)" &&
		offers bash "vpasid list --file " "(default)" &&
		offers bash "vpasid list --sysfs " "(dirnames)" &&
		offers fish "vpasid map --file tests/corpus/dumps/int" tests/corpus/dumps/integrated &&
		offers fish "vpasid map --quirks data/qu" data/quirks/ &&
		offers zsh "vpasid map --file tests/corpus/dumps/int" integrated &&
		offers zsh "vpasid map --quirks data/qu" quirks
}

loads() {
	bash -n "$completions/vpasid" && zsh -n "$completions/_vpasid" &&
		fish -n "$completions/vpasid.fish" && fish -n "$completions/vpasid-device.fish"
}

# The manual

# page COMMAND: its page; that of bind is unbind's, too
page() {
	case $1 in
	unbind) echo doc/man/vpasid-bind.1 ;;
	help | version) echo doc/man/vpasid.1 ;;
	*) echo "doc/man/vpasid-$1.1" ;;
	esac
}

# synopsis COMMAND: its lines there
synopsis() {
	awk -v command="$1" '
		/^\.Sh/ { here = /SYNOPSIS/ }
		/^\.Nm/ { getline; mine = $0 == ".Cm " command }
		here && mine { print }
	' "$(page "$1")"
}

# Of an option with two names, one will do.
in_synopsis() {
	local command line
	for command in $(commands); do
		[[ $command != help && $command != version ]] || continue
		synopsis "$command" >"$dir/synopsis"
		[[ -s $dir/synopsis ]] || { echo "$command"; return 1; }
		while read -r line; do
			[[ $line == *--help || $line == *--version ]] && continue
			grep -qE -- "(Fl |\| )(${line//, -/|-})( |$)" <(sed 's/Fl \(-\?\)/Fl -\1/g; s/| \(-[^ ]\)/| -\1/g' "$dir/synopsis") ||
				{ echo "$command: $line"; return 1; }
		done < <(option_lines vpasid "$command")
	done
}

# documented FILE: the options that have an entry there, "-a" and "--all", a line each
documented() {
	sed -n 's/^\.It Fl //p' "$1" | sed 's/ , /\n/g' | sed 's/^Fl //; s/ .*//; s/^/-/' | sort -u
}

# Those of --help, and no others; -h and -V are in vpasid(1).
in_description() {
	local command
	for command in $(commands); do
		[[ $command != help && $command != version ]] || continue
		[[ $command != unbind ]] || continue
		diff <(documented "$(page "$command")") \
			<(options vpasid "$command" | grep -vxE -- '-h|--help|-V|--version' | sort) ||
			{ echo "for: $command"; return 1; }
	done
	diff <(options vpasid unbind | sort) <(options vpasid bind | sort) | grep '^<' && return 1
	documented doc/man/vpasid.1 | grep -cxE -- '-h|--help|-V|--version' | grep -qx 4
}

# Of each command: its name in vpasid(1), and the parts that a page has
has_parts() {
	local command part
	for command in $(commands); do
		for part in NAME SYNOPSIS DESCRIPTION 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
			grep -qx "\.Sh $part" "$(page "$command")" || { echo "$command: $part"; return 1; }
		done
		grep -qE "^\.It (Xr vpasid-$command 1|Cm $command( |$))" doc/man/vpasid.1 ||
			{ echo "vpasid(1): $command"; return 1; }
	done
}

# What mandoc and man complain of goes to standard error.
formatted() {
	local file complaints
	for file in doc/man/*.1 doc/*.[14] "${BUILD:-build}/doc/man/vpasid-json.5"; do
		complaints=$({ mandoc -T lint -W warning "$file" >&2; man --warnings -l "$file"; } 2>&1 >/dev/null)
		[[ ! $complaints ]] || { echo "$file: $complaints"; return 1; }
	done
}

# Examples that need no root run, with a recording and a dump, and aren't wrong usage.
examples_run() {
	local file line count=0
	cp tests/corpus/recordings/intel-7.3.tar.gz "$dir/host.tar.gz"
	cp tests/corpus/dumps/accelerator "$dir/lspci.txt"
	for file in doc/man/*.1; do
		while IFS= read -r line; do
			(cd "$dir" && eval "${line//\\e/\\}") >"$dir/out" 2>&1
			case $? in
			0 | 1 | 3) grep -q 'not an option\|usage:' "$dir/out" && { cat "$dir/out"; return 1; } ;;
			*) cat "$dir/out"; echo "$file: $line"; return 1 ;;
			esac
			count=$((count + 1))
		done < <(sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/s/^\$ //p' "$file")
	done
	((count > 10))
}

# Each option of vpasid-device in its synopsis, and in its text
device_manual() {
	local option
	for option in $(options vpasid-device); do
		awk '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/' doc/vpasid-device.1 |
			grep -qE "(Fl|\|) ${option#-}( |$)" || { echo "synopsis: $option"; return 1; }
		grep -qE "^\.It Fl (.* )?${option#-}( |$)" doc/vpasid-device.1 || { echo "$option"; return 1; }
	done
}

ok "completions are scripts of their shells" loads
ok "a copy of a host that vpasid list complains of" make_sysfs
start_zsh
for shell in bash zsh fish; do
	ok "$shell: the commands of vpasid --help" offers_commands "$shell"
	ok "$shell: the options of each command's --help" offers_options "$shell"
	ok "$shell: an option's value isn't taken for an option" waits_for_values "$shell"
	ok "$shell: formats" offers_formats "$shell"
	ok "$shell: commands behind help, colours" offers_words "$shell"
	ok "$shell: functions of this host, and of a copy" lists_functions "$shell"
	ok "$shell: what a copy has besides is neither run nor offered" runs_nothing "$shell"
done
for shell in zsh fish; do
	ok "$shell: commands are described as in --help" describes_commands "$shell"
	ok "$shell: functions have names" describes_functions "$shell"
done
ok "bash: a BDF is completed part by part, and a value behind \"=\"" goes_on_in_bash
ok "functions of a dump" functions_of_a_dump
ok "files and directories" files_and_directories
ok "the manual: each command's synopsis has each of its options" in_synopsis
ok "the manual: each page has the options of its command, and no others" in_description
ok "the manual: each page has its parts, and vpasid(1) has each command" has_parts
ok "the manual: mandoc and man have nothing to say" formatted
ok "the manual: examples run" examples_run
ok "vpasid-device(1): each option" device_manual
plan
