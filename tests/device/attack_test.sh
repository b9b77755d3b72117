#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Nothing that a client sends or hands over makes vpasid-device wait for long: it serves the next
# client, and SIGTERM ends it within a second. Nor can a second server for the same path be
# mistaken, whatever the first one does. VPASID_DEVICE is another build of it, for comparison.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

program=${VPASID_DEVICE:-build/vpasid-device}
attack=build/tests/device/attack
race=$PWD/build/tests/device/librace.so
dir=$(mktemp -d)
children=()

# A child that is killed before it runs its program still has the trap, which isn't for it.
clean_up() {
	((BASHPID == $$)) || return
	((!${#children[@]})) || kill -KILL "${children[@]}" 2>/dev/null
	rm -rf "$dir"
}
trap clean_up EXIT

# Ends what hangs: in seconds of lab/limit, which count more slowly on a busy machine.
PATIENCE=${PATIENCE:-30}

# serve NAME [ARG...]: begins to serve at $socket; $server is its PID. Its standard error is
# $errors, or NAME.err.
serve() {
	local name=$1
	shift
	socket=$dir/$name.socket
	"$program" --socket "$socket" --profile "$PWD/device/profiles/dsa.conf" "$@" \
		>"$dir/$name.out" 2>"${errors:-$dir/$name.err}" &
	server=$!
	children+=("$server")
	until [[ -s $dir/$name.out ]]; do
		kill -0 "$server" || return
		sleep 0.02
	done
}

# SIGTERM ends the server in good order. tail ends with it, or is ended by the limit.
ends() {
	local status
	if ! kill "$server" || ! lab/limit 1 tail --pid="$server" -s 0.05 -f /dev/null; then
		echo "SIGTERM doesn't end it within a second"
		kill -KILL "$server"
		return 1
	fi
	wait "$server"
	status=$?
	((!status)) && [[ ! -e $socket && ! -e $socket.lock ]] && return
	echo "it ended with $status"
	return 1
}

# withstands NAME [ARG...]: that attack gets its answer, another client is served afterwards, and
# SIGTERM ends the server; also while the attack goes on, in a second server
withstands() {
	local attacker
	if ! serve "$@" || ! lab/limit "$PATIENCE" "$attack" "$1" "$socket"; then
		echo "no answer"
		return 1
	fi
	lab/limit "$PATIENCE" "$attack" serves "$socket" || {
		echo "no other client is served"
		return 1
	}
	ends && serve "$1-again" "${@:2}" || return
	lab/limit "$PATIENCE" "$attack" "$1" "$socket" &
	attacker=$!
	sleep 0.2
	ends
	local status=$?
	kill "$attacker" 2>/dev/null
	wait "$attacker"
	return $status
}

raced() {
	LD_PRELOAD=$race withstands raced
}

unread_log() {
	local errors=$dir/unread
	[[ -p $errors ]] || mkfifo "$errors"
	exec {unread}<>"$errors"
	withstands refused
	local status=$?
	exec {unread}>&-
	return $status
}

# another server for $socket gets this error at once
told() {
	local text
	text=$(lab/limit 5 "$program" --socket "$socket" --profile "$PWD/device/profiles/dsa.conf" 2>&1)
	[[ $? == 3 && $text == *"another server uses it: choose another"* ]] && return
	echo "$text"
	return 1
}

stopped() {
	serve stopped && told && kill -STOP "$server" || return
	coproc "$attack" backlog "$socket"
	children+=("$COPROC_PID")
	# shellcheck disable=SC2153 # coproc sets it
	read -r -u "${COPROC[0]}" _ && told
	local status=$?
	kill "$COPROC_PID"
	kill -CONT "$server"
	ends && return $status
}

# A worker that doesn't end is killed, whoever sends SIGTERM again and again meanwhile.
impatient() {
	local worker i
	serve impatient || return
	worker=$(<"/proc/$server/task/$server/children")
	kill -STOP "${worker%% *}"
	for ((i = 0; i < 400; i++)); do
		kill "$server" 2>/dev/null || break
		sleep 0.05
	done &
	ends
}

# withstands_beside NAME: in a process of its own, which leaves no server behind
withstands_beside() {
	children=()
	trap 'kill -KILL "${children[@]}" 2>/dev/null' EXIT
	withstands "$1"
}

# rows of those whose time runs out, which wait at the same time
out_of_time() {
	local name names=(silent half own-end own-end-unread) jobs=()
	for name in "${names[@]}"; do
		withstands_beside "$name" >"$dir/$name.says" 2>&1 &
		jobs+=($!)
	done
	for name in "${!names[@]}"; do
		wait "${jobs[name]}"
		echo $? >"$dir/${names[name]}.status"
	done
}

# says NAME: prints the attack's result
says() {
	cat "$dir/$1.says"
	return "$(<"$dir/$1.status")"
}

ok "an eventfd that is full: EAGAIN" withstands full
ok "one that is filled between poll and write: EAGAIN" raced
ok "a mapping's descriptor whose close waits" withstands linger
ok "many of them" withstands linger-many
ok "more than a message can have, which the kernel closes" withstands linger-truncated
ok "one that is unread when the client is dropped" withstands linger-unread
if [[ -w /dev/fuse ]] && ((!EUID)); then
	ok "one whose close no signal ends" withstands unkillable
else
	skip "one whose close no signal ends" "only root can mount a file system in /dev/fuse"
fi
ok "standard error that nobody reads" unread_log
out_of_time
ok "a client that says nothing: is dropped" says silent
ok "half a message, from a client that stays: is dropped" says half
ok "half a message with the client's own end of the connection" says own-end
ok "that end behind replies that nobody takes" says own-end-unread
ok "a second server is told so, also if the first one is stopped and its backlog full" stopped
ok "SIGTERM ends it, also if it comes again and again, and the process with clients stands still" impatient
socket=$dir/two
ok "of two that are started at the same time one serves, 300 times" \
	lab/limit 200 "$attack" two "${ROUNDS:-300}" "$program" --socket "$socket" \
	--profile "$PWD/device/profiles/dsa.conf"
plan
