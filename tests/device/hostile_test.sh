#!/bin/bash
# SPDX-License-Identifier: MIT
#
# vpasid-device withstands clients, arguments and files that are meant to harm it, and
# other files at its socket's path. The tests run with the normal build, and with
# one that has the address and undefined-behaviour sanitizers.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh
. tests/support/hostile.sh
. tests/support/sanitized.sh

dir=$(mktemp -d)
trap '[[ ! ${server:-} ]] || kill "$server"; rm -rf "$dir"' EXIT
mkdir "$dir/cwd" "$dir/outside" "$dir/quirks"
speaker='vpasid-device'
start_checker
as=()
socket=$dir/socket
profile=$PWD/device/profiles/dsa.conf

# Begins to serve at $socket; $server is the server's PID, $dir/out its output.
serve() {
	: >"$dir/out"
	"$vpasid" --socket "$socket" --profile "$profile" --log "$dir/log" >"$dir/out" 2>"$dir/err" &
	server=$!
	for _ in {1..500}; do
		[[ ! -s $dir/out ]] || return 0
		kill -0 "$server" 2>/dev/null || break
		sleep 0.02
	done
	wait "$server"
	status=$?
	server=
	cat "$dir/out" "$dir/err"
	return 1
}

# ends SIGNAL: the signal ends the server in good order
ends() {
	local status
	kill "-$1" "$server" && wait "$server"
	status=$?
	server=
	((!status)) && [[ ! -e $socket && ! -s $dir/err ]] && return
	echo "ended with $status"
	cat "$dir/err"
	return 1
}

clients() {
	: >"$dir/log"
	# it is the child that has the clients
	serve && worker=$(<"/proc/$server/task/$server/children") &&
		build/tests/device/hostile "${worker%% *}" "$socket" "$dir/log" "$1" >"$dir/rows"
}

is_for_owner_alone() {
	serve && [[ $(stat -c '%a %U' "$socket") == "600 $(id -un)" ]]
}

says_where() {
	grep -qx "serving 1b36:fff0 at $socket, PASID at 0x230 (physical) with 20 bits, PRIV" "$dir/out"
}

# refused TEXT: the server doesn't start, gives that reason, and exits with status 3
refused() {
	! serve && ((status == 3)) && grep -qF -- "$1" "$dir/err"
}

# The server doesn't start, and what has the socket's name isn't touched.
not_replaced() {
	local before=$2
	refused "$1" && [[ $(stat -c '%i %F' "$socket") == "$before" ]]
}

sockets() {
	local thing
	ok "$1: its socket is for its owner alone" is_for_owner_alone
	ok "$1: it says where, and what" says_where
	ok "$1: SIGTERM ends it, and the socket is gone" ends TERM
	serve
	ok "$1: so does SIGINT" ends INT
	for thing in fifo directory circle link empty; do
		"put_$thing" "$socket"
		ok "$1: not in place of: $thing" not_replaced "it exists and isn't a socket" \
			"$(stat -c '%i %F' "$socket")"
		rm -rf "$socket"
	done
	ok "$1: a socket that is served isn't replaced" served
	ok "$1: one that a killed server has left is" left
	ok "$1: what stands in its place at the end isn't removed" exchanged
	ok "$1: a client that is silent holds up no end" silent
	ok "$1: a name that is too long" long_name
	socket=$dir/none/socket
	ok "$1: a directory that isn't there" refused "No such file or directory"
	socket=$dir/socket
}

served() {
	local first
	serve || return
	first=$server
	refused "another server uses it" || return
	: >"$dir/err"
	server=$first
	ends TERM
}

left() {
	serve && kill -KILL "$server" || return
	wait "$server"
	[[ -S $socket ]] && serve && ends TERM
}

exchanged() {
	serve && rm "$socket" && echo mine >"$socket" && kill "$server" && wait "$server" || return
	server=
	[[ $(cat "$socket") == mine ]] && rm "$socket"
}

silent() {
	serve || return
	coproc build/tests/device/hostile hold "$socket"
	# shellcheck disable=SC2153 # coproc sets it
	read -r -u "${COPROC[0]}" _ && ends TERM
	local status=$?
	kill "$COPROC_PID"
	return $status
}

long_name() {
	local short=$socket
	socket=$dir/$(printf 'x%.0s' {1..120})
	refused "a socket's path has 1 to 107 bytes"
	local status=$?
	socket=$short
	return $status
}

# Arguments: the text as each value that there is
arguments() {
	local text=$1
	local common=(--socket "$dir/none/s")
	runs 2 "$text" && runs 2 "--$text" && runs 2 "-$text" || return
	runs 3 --socket "/none/$text" --profile "$profile" &&
		runs 3 "${common[@]}" --profile "/$text" && runs 3 "${common[@]}" --profile "none-$text" &&
		runs 3 "${common[@]}" --dump "/$text" &&
		runs 3 "${common[@]}" --profile "$profile" --log "/none/$text" &&
		runs 3 "${common[@]}" --profile "$profile" --quirks "/$text" &&
		runs 3 "${common[@]}" --profile "$profile" --ids "$text" &&
		runs 3 "${common[@]}" --profile "$profile" --pasid "$text" &&
		runs 3 "${common[@]}" --profile "$profile" --pri "$text" &&
		runs 3 "${common[@]}" --profile "$profile" --bar "$text" &&
		runs 2 "${common[@]}" --profile "$profile" --vpasid "$text" &&
		runs 2 "${common[@]}" --profile "$profile" --width "$text" &&
		runs 2 "${common[@]}" --dump "$PWD/$DUMP" --function "$text"
}

# Profiles: the text as a line, as the value of a setting, and as that of a register
profiles() {
	local text=$1 line
	for line in "$text" "ids $text" "pasid $text" "pri $text" "bar $text" "vf $text" "000 $text"; do
		printf '%s\n' "$line" >"$dir/profile"
		runs 3 --socket "$dir/none/s" --profile "$dir/profile" || return
	done
	# the text as a comment of a right profile: only the socket's directory is missing
	{ cat "$profile"; echo "# $text"; } | cut -c -250 >"$dir/profile"
	runs 3 --socket "$dir/none/s" --profile "$dir/profile"
}

# Dumps: the text as the name of the function, and as its bytes
dumps() {
	local text=$1
	{ echo "$BDF $text"; sed 1d "$PWD/$DUMP"; } >"$dir/dump"
	runs 3 --socket "$dir/none/s" --dump "$dir/dump" --pasid 20 || return
	{ echo "$BDF x"; echo "00: $text"; } >"$dir/dump"
	runs 3 --socket "$dir/none/s" --dump "$dir/dump"
}

each_text() { # each_text FUNCTION
	local name
	for name in "${!texts[@]}"; do
		"$1" "${texts[$name]}" || { echo "with $name"; return 1; }
	done
}

things_as_files() {
	local thing
	for thing in directory circle endless empty huge noise; do
		rm -rf "$dir/thing"
		"put_$thing" "$dir/thing"
		echo "with $thing"
		runs 3 --socket "$dir/none/s" --profile "$dir/thing" &&
			runs 3 --socket "$dir/none/s" --dump "$dir/thing" || return
	done
}

all() { # all NAME KIB: rows of one build
	sockets "$1"
	ok "$1: clients" clients "$2"
	relay "$dir/rows" "$1"
	[[ ! $server ]] || ok "$1: it ends in good order after all those" ends TERM
	ok "$1: arguments: ${#texts[@]} texts" each_text arguments
	ok "$1: profiles: ${#texts[@]} texts" each_text profiles
	ok "$1: dumps: ${#texts[@]} texts" each_text dumps
	ok "$1: what isn't a file of text" things_as_files
}

vpasid=$PWD/${BUILD:-build}/vpasid-device memory=65536
all "as built" 16384
ok "it builds with sanitizers" sanitize vpasid-device
vpasid=$PWD/$SANITIZED/vpasid-device memory=
all sanitized 0
ok "no shell ran anything" test ! -e "$dir/cwd/pwned" -a ! -e pwned
plan
