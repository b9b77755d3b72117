#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What all commands do alike: options, usage errors, help, functions that are chosen, and how
# reports fit a terminal.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

PATH=$PWD/${BUILD:-build}:$PATH
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
unset COLUMNS NO_COLOR
export LC_ALL=C.UTF-8
recording=tests/corpus/recordings/intel-6.12.tar.gz
one=tests/corpus/dumps/integrated two=$dir/two
cat tests/corpus/dumps/{integrated,bare} >"$two"

mapfile -t commands < <(vpasid --help | sed -n 's/^  \([a-z]\+\)  .*/\1/p')
programs=(vpasid-device "${commands[@]/#/vpasid }")

# Options, by --help
options() {
	$1 --help | grep -oP '^  \K-[^ ,]+(, -[^ ,]+)*' | sed 's/, /\n/g'
}

valued() {
	$1 --help | grep -oP '^  \K-[^ ,]+(?= [A-Z])'
}

reports() {
	options "vpasid $1" | grep -qx -- --color
}

# usage_error TEXT COMMAND ARG...: exit status 2, nothing on standard output, one line that has the
# text and names the --help of the command
usage_error() {
	local text=$1 status help
	shift
	timeout 20 "$@" >"$dir/out" 2>"$dir/err" </dev/null
	status=$?
	help="$1 $2 --help"
	[[ $1 != vpasid-device ]] || help="$1 --help"
	[[ $status == 2 && ! -s $dir/out && $(wc -l <"$dir/err") == 1 &&
		$(<"$dir/err") == "$1: "*"$text"*"; try \`$help\`" ]] ||
		{ echo "$* gives $status: $(cat "$dir/err" "$dir/out")"; return 1; }
}

unknown_options() {
	local program
	for program in "${programs[@]}"; do
		# shellcheck disable=SC2086 # a program and a command
		usage_error "unknown option --nonsense" $program --nonsense &&
			usage_error "unknown option -Z" $program -Z &&
			usage_error "--help=x: this option has no value" $program --help=x || return
	done
}

missing_values() {
	local program option count=0
	for program in "${programs[@]}"; do
		for option in $(valued "$program"); do
			# shellcheck disable=SC2086
			usage_error "$option requires a value" $program "$option" || return
			count=$((count + 1))
		done
	done
	((count > 60))
}

# Arguments that no command takes: a word that isn't a BDF, or one more
wrong_arguments() {
	local program
	for program in "${programs[@]}"; do
		# shellcheck disable=SC2086 # a program and a command
		case $program in
		"vpasid help") usage_error two vpasid help list two ;;
		"vpasid vm") usage_error nonsense vpasid vm --for qemu nonsense ;;
		"vpasid report") usage_error "--html FILE is missing" vpasid report "$recording" ;;
		"vpasid export") usage_error nonsense vpasid export --format nfd nonsense ;;
		*) usage_error nonsense $program nonsense ;;
		esac || return
	done
	usage_error "try requires exactly one function, but 2 are selected: 0000:00:05.0, 0000:00:06.0" \
		vpasid try 00:05.0 00:06.0
}

wrong_values() {
	local command
	for command in "${commands[@]}"; do
		! reports "$command" ||
			usage_error "--color red: not auto, always or never" vpasid "$command" --color red || return
	done
}

of_vpasid_itself() {
	local word
	for word in nonsense --nonsense -Z; do
		[[ $(vpasid $word 2>&1 >/dev/null) == "vpasid: unknown "*" $word; try \`vpasid --help\`" ]] || return
		vpasid $word 2>/dev/null
		[[ $? == 2 ]] || return
	done
	! vpasid 2>/dev/null
}

helps() {
	local command
	[[ $(vpasid help) == "usage: vpasid COMMAND"* ]] || return
	diff <(vpasid -h) <(vpasid help) && diff <(vpasid --help) <(vpasid help) || return
	for command in "${commands[@]}"; do
		vpasid help "$command" >"$dir/help" || return
		[[ $(<"$dir/help") == "usage: vpasid $command"* ]] || { cat "$dir/help"; return 1; }
		diff "$dir/help" <(vpasid "$command" -h) && diff "$dir/help" <(vpasid "$command" --help) || return
	done
	diff <(vpasid-device -h) <(vpasid-device --help)
}

versions() {
	local command version
	version=$(vpasid version)
	[[ $version =~ ^vpasid\ [0-9.]+$ && $(vpasid -V) == "$version" && $(vpasid --version) == "$version" ]] || return
	for command in "${commands[@]}"; do
		[[ $(vpasid "$command" -V) == "$version" && $(vpasid "$command" --version) == "$version" ]] || return
	done
	[[ $(vpasid-device -V) == "vpasid-device ${version#* }" ]]
}

# Each option has the same description in all commands, and --help ends with the same two.
uniform() {
	local program
	for program in "${programs[@]}"; do
		$program --help >"$dir/help"
		grep -A 1 '^  -h, --help        print this help$' "$dir/help" |
			grep -q '^  -V, --version     print the version$' || { cat "$dir/help"; return 1; }
		! grep -nE '^  -.{16}$|^.{91}' "$dir/help" || return
		grep -E '^  -(s|d|D|-json|-color|-file|-record|-sysfs|-vf-token|-quirks) ' "$dir/help"
	done | sort -u >"$dir/told"
	# -o and --list FILE aside; record's --wake, and list's, read the same things
	[[ $(wc -l <"$dir/told") == 10 ]] || { cat "$dir/told"; return 1; }
}

has_json() {
	local command
	for command in "${commands[@]}"; do
		case $command in
		export | report | help | version) ! reports "$command" ;; # export has formats, and report is for eyes
		*) options "vpasid $command" | grep -qx -- --json ;;
		esac || { echo "$command"; return 1; }
	done
}

chooses() {
	local command
	for command in list show query try bind unbind explain map place vm export; do
		[[ $(options "vpasid $command" | grep -cx -- '-[sd]') == 2 ]] || { echo "$command"; return 1; }
	done
}

# Numbers

asks() { # asks OFFSET MEANT
	usage_error "--offset $1: did you mean $2?" vpasid place --file $one --offset "$1" &&
		usage_error "--vpasid $1: did you mean $2?" vpasid-device --vpasid "$1"
}

offsets() {
	asks ff8 0xff8 && asks FF8 0xff8 && asks 100 0x100 && asks 0100 0x100 && asks 1a0 0x1a0 &&
		usage_error "not an offset in extended config space" vpasid place --file $one --offset 0x1000 &&
		usage_error "not an offset in extended config space" vpasid place --file $one --offset 0xffg &&
		usage_error "not an offset in extended config space" vpasid place --file $one --offset -8 &&
		[[ $(vpasid place --format qemu --file $one --offset 4048) == *=0xfd0 &&
			$(vpasid place --format qemu --file $one --offset 0xfd0) == *=0xfd0 ]]
}

# Functions

addresses() { # of what show prints as JSON
	jq -r '[.devices[].bdf] | join(" ")'
}

shows() { # shows ADDRESSES ARG...
	local expected=$1 actual
	shift
	actual=$(vpasid show --json "$@" 2>"$dir/err" | addresses)
	[[ $actual == "$expected" ]] || { echo "show $*: $actual"; cat "$dir/err"; return 1; }
}

chosen() {
	shows 0000:00:08.0 --file "$two" -s 8 && shows 0000:00:07.0 --file "$two" -s 00:07 &&
		shows "0000:00:07.0 0000:00:08.0" --file "$two" -s 00: &&
		shows "0000:00:07.0 0000:00:08.0" --file "$two" -d : &&
		shows "0000:00:08.0 0000:00:07.0" --file "$two" 00:08.0 00:07.0 &&
		shows 0000:00:08.0 --file "$two" -s .0 -d "$(vpasid show --json --file $one | jq -r '.devices[0].id')" || return
	usage_error "BDFs can't be combined with -s and -d" vpasid show --file "$two" -s 8 00:07.0 &&
		usage_error "-s 5.x: " vpasid show --file "$two" -s 5.x &&
		usage_error "-d 5: " vpasid show --file "$two" -d 5 || return
	[[ $(vpasid show --file "$two" -s 9 -d 8086: 2>&1) == "vpasid: none of 2 functions matches -s 9 and -d 8086:" ]]
}

# Commands about this host alone choose as the others do, and change nothing here.
chosen_here() {
	local bdf=$1 command
	for command in query "bind --dry-run --json" "unbind --dry-run --json" try "vm --for qemu"; do
		# shellcheck disable=SC2086 # a command and its options
		diff <(vpasid $command "$bdf" 2>&1; echo $?) <(vpasid $command -s "$bdf" 2>&1; echo $?) || return
		# shellcheck disable=SC2086
		[[ $(vpasid $command -s fe:1f.7 2>&1) == "vpasid: none of "*" functions matches -s fe:1f.7" ]] || return
	done
}

# Of a dump of one function, that; of a larger one, none that isn't named
dumped() {
	local command
	for command in show explain map place; do
		diff <(vpasid $command --file $one 2>&1) <(vpasid $command --file $one 00:08.0 2>&1) || return
	done
	for command in show explain; do
		usage_error "two has 2 functions: select functions by BDF" vpasid $command --file "$two" || return
	done
	usage_error "--svg requires exactly one function, but 2 are selected: 0000:00:07.0, 0000:00:08.0" \
		vpasid map --svg "$dir/x.svg" --file "$two" -s 00:
}

many_explained() {
	vpasid explain --file "$two" 00:08.0 00:07.0 >"$dir/out" 2>/dev/null
	[[ $? == 1 && $(grep -c '^00:0[78].0: ' "$dir/out") == 2 ]] || { cat "$dir/out"; return 1; }
	vpasid explain --json --file "$two" -s 00: >"$dir/json" 2>/dev/null
	[[ $(addresses <"$dir/json") == "0000:00:07.0 0000:00:08.0" &&
		$(jq -r '.devices[].name' "$dir/json") == "$(vpasid list -a -p --file "$two" 2>/dev/null | cut -f 10)" ]]
}

json_of_all() {
	diff <(vpasid place --json --file "$two") <(vpasid place --format json --file "$two") &&
		usage_error "be combined" vpasid place --json --format qemu --file "$two" &&
		usage_error "be combined" vpasid place --json --emit --file "$two" || return
	vpasid record --list $recording --json >"$dir/list" || return
	[[ $(jq -r .schema "$dir/list") == vpasid-record/1 &&
		$(jq '[.items[] | select(.kind == "file" and .size > 0)] | length' "$dir/list") -gt 10 &&
		$(jq '.items | length' "$dir/list") == $(($(vpasid record --list $recording | wc -l) - 1)) ]] || return
	usage_error "-o - and --json" vpasid record -o - --json || return
	vpasid record -o "$dir/here.tar.gz" --json >"$dir/made" 2>/dev/null
	[[ $? != 3 ]] && diff "$dir/made" <(vpasid record --list "$dir/here.tar.gz" --json)
}

# The domain

make_tree() { # make_tree BDF...: a copy of a host's sysfs
	local bdf
	rm -rf "$dir/sys"
	for bdf; do
		mkdir -p "$dir/sys/bus/pci/devices/$bdf"
		echo 0x8086 >"$dir/sys/bus/pci/devices/$bdf/vendor"
		echo 0x0b25 >"$dir/sys/bus/pci/devices/$bdf/device"
		cp "$dir/config" "$dir/sys/bus/pci/devices/$bdf/config"
	done
}

first_column() {
	vpasid list --sysfs "$dir/sys" "$@" 2>/dev/null | awk 'NR > 1 { print $1 }' | paste -sd' '
}

domains() {
	sed -n 's/^[0-9a-f]*: //p' $one | xxd -r -p >"$dir/config"
	make_tree 0000:00:05.0 0000:6a:01.0
	[[ $(first_column) == "00:05.0 6a:01.0" && $(first_column -D) == "0000:00:05.0 0000:6a:01.0" ]] || return
	[[ $(vpasid list --sysfs "$dir/sys" -p 2>/dev/null | cut -f 1 | head -n 1) == 0000:00:05.0 &&
		$(vpasid list --sysfs "$dir/sys" --json 2>/dev/null | addresses) == "0000:00:05.0 0000:6a:01.0" &&
		$(vpasid show --sysfs "$dir/sys" 00:05.0 2>/dev/null) == 00:05.0* &&
		$(vpasid show --sysfs "$dir/sys" -D 0000:00:05.0 2>/dev/null) == 0000:00:05.0* &&
		$(vpasid show --sysfs "$dir/sys" 00:1f.0 2>&1) == "vpasid: 0000:00:1f.0: "* ]] || return
	# as lspci does: if one has a domain, all are told with it, also if that one isn't shown
	make_tree 0000:00:05.0 10000:e1:00.0
	[[ $(first_column) == "0000:00:05.0 10000:e1:00.0" && $(first_column -s 5) == 0000:00:05.0 ]]
}

# The terminal

in_terminal() { # in_terminal WIDTH ARG...: what vpasid prints there
	local width=$1
	shift
	timeout 60 tests/tools/in_terminal.py "$width" vpasid "$@"
}

reports_of_all() { # reports_of_all COMMAND: what each report is printed with
	local functions
	functions=$(vpasid list --record $recording -p 2>/dev/null | cut -f 1 | head -n 3)
	# shellcheck disable=SC2086 # many
	"$@" list --all --record $recording && "$@" show --record $recording $functions &&
		"$@" explain --for sva --record $recording $functions &&
		"$@" map --record $recording $functions && "$@" place --record $recording $functions &&
		"$@" check --sysfs "$dir/sys" && "$@" record --list $recording && "$@" help && "$@" help place
}

# fits WIDTH: no line is wider, and each report has lines that use most of it
fits() {
	local width=$1
	# shellcheck disable=SC2317 # reports_of_all calls it
	report() {
		in_terminal "$width" "$@" | sed 's/\x1b\[[0-9;]*m//g' >"$dir/report"
		if grep -E ".{$((width + 1))}" "$dir/report" || ! grep -qE '.{30}' "$dir/report"; then
			echo "$*"
			return 1
		fi
	}
	reports_of_all report
}

# Nothing but names is lost: the words of a wide terminal are those of a narrow one, if its lines
# are joined.
keeps_words() {
	local wide narrow
	for command in "explain" "show"; do
		wide=$(in_terminal 500 $command --record $recording -s 01:00.0 | tr -d ' \n')
		narrow=$(in_terminal "$1" $command --record $recording -s 01:00.0 | tr -d ' \n')
		[[ ${#wide} -gt 500 && $narrow == "$wide" ]] || { echo "$wide"; echo "$narrow"; return 1; }
	done
}

# Text goes on below where it began, or behind a small indent
hangs() {
	in_terminal 80 show --record $recording -s 01:00.0 | sed 's/\x1b\[[0-9;]*m//g' >"$dir/report"
	grep -A 1 '^  class  ' "$dir/report" >/dev/null && grep -qE '^ {14}[^ ]' "$dir/report" || return
	in_terminal 40 list --record $recording | sed 's/\x1b\[[0-9;]*m//g' >"$dir/report"
	[[ $(grep -c '^    [^ ]' "$dir/report") -gt $(grep -c '^[^ ]' "$dir/report") ]]
}

# A name ends with an ellipsis, of the locale, in a terminal alone.
cuts_names() {
	local name long
	make_tree 0000:00:05.0
	name=$(vpasid list --sysfs "$dir/sys" 2>/dev/null | tail -n 1)
	long=$(in_terminal 100 list --sysfs "$dir/sys" | tail -n 1)
	[[ ${#name} -gt 100 && ${#long} == 100 && $long == *… && ${name} == "${long%…}"* ]] ||
		{ printf '%s\n' "$name" "$long"; return 1; }
	long=$(LC_ALL=C in_terminal 100 list --sysfs "$dir/sys" | tail -n 1)
	[[ ${#long} == 100 && $long == *... && $name == "${long%...}"* ]] || { echo "$long"; return 1; }
	# elsewhere nothing is cut, and COLUMNS breaks lines
	[[ $(COLUMNS=100 vpasid list --sysfs "$dir/sys" 2>/dev/null | tail -n +2 | tr -d ' \n') == "${name// /}" ]]
}

columns_variable() {
	! COLUMNS=60 vpasid explain --file $one | grep -E '^.{61}' &&
		vpasid explain --file $one | grep -qE '^.{61}' &&
		[[ $(COLUMNS=60 in_terminal 200 explain --file $one | sed 's/\x1b\[[0-9;]*m//g' | grep -cE '.{61}') == 0 ]]
}

colours() { # colours YES|NO COMMAND...
	local wanted=$1
	shift
	"$@" >"$dir/out" 2>"$dir/err"
	if grep -q $'\x1b\[' "$dir/out"; then [[ $wanted == yes ]]; else [[ $wanted == no ]]; fi ||
		{ echo "colours: not $wanted: $*"; cat -v "$dir/out" "$dir/err"; return 1; }
}

chooses_colours() {
	local command
	for command in "list --file" "show --file" "explain --file" "map --file"; do
		# shellcheck disable=SC2086
		colours no vpasid $command $one && colours yes vpasid $command $one --color always &&
			colours yes in_terminal 80 $command $one && colours no in_terminal 80 $command $one --color never &&
			colours yes in_terminal 80 $command $one --color auto || return
		# shellcheck disable=SC2086
		NO_COLOR=1 colours no in_terminal 80 $command $one &&
			NO_COLOR=1 colours yes in_terminal 80 $command $one --color always &&
			NO_COLOR='' colours yes in_terminal 80 $command $one || return
	done
	colours yes vpasid check --sysfs "$dir/sys" --color always
}

ok "an unknown option: exit status 2, in all commands" unknown_options
ok "a missing value" missing_values
ok "too many arguments, and wrong ones" wrong_arguments
ok "a wrong value" wrong_values
ok "no command, or an unknown one" of_vpasid_itself
ok "-h, --help and help COMMAND say the same" helps
ok "-V, --version and version" versions
ok "an option is told in the same words everywhere" uniform
ok "--json in all commands that report" has_json
ok "-s and -d in all commands that take functions" chooses
ok "an offset that looks hexadecimal, without 0x" offsets
ok "functions by -s and -d" chosen
here=(/sys/bus/pci/devices/*)
if [[ -e ${here[0]} ]]; then
	ok "functions of this host, by -s" chosen_here "${here[0]##*/}"
else
	skip "functions of this host, by -s" "it has none"
fi
ok "functions of a dump" dumped
ok "explain of many functions" many_explained
ok "--json of place and of record" json_of_all
ok "domain 0000 is left out as lspci does" domains
for width in 40 80 120; do
	ok "no line is longer than a terminal of $width columns" fits $width
	ok "with $width columns, no word is lost" keeps_words $width
done
ok "text hangs, and columns go to the next line" hangs
ok "names are cut in a terminal" cuts_names
ok "COLUMNS" columns_variable
ok "--color, and NO_COLOR" chooses_colours
plan
