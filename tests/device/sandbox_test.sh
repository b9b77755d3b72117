#!/bin/bash
# SPDX-License-Identifier: MIT
#
# An attacker who controls vpasid-device has a process that can do almost nothing. Also: the socket
# can be given to another user, and the systemd unit forbids as much as the program can do without.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

attack=build/tests/device/attack
swapped=$PWD/build/tests/device/libswapped.so
dir=$(mktemp -d)
server=
trap '[[ ! $server ]] || kill "$server"; rm -rf "$dir"' EXIT
chmod 755 "$dir"
socket=$dir/socket
SIGSYS=31

serve() { # serve PROGRAM [ARG...]: $server is its PID, $worker that of the process with clients
	: >"$dir/out"
	"$1" --socket "$socket" --profile "$PWD/device/profiles/dsa.conf" --log "$dir/log" "${@:2}" \
		>"$dir/out" 2>"$dir/err" &
	server=$!
	until [[ -s $dir/out ]]; do
		kill -0 "$server" || return
		sleep 0.02
	done
	worker=$(<"/proc/$server/task/$server/children")
	worker=${worker%% *}
}

ends() {
	kill "$server" && wait "$server"
	local status=$?
	server=
	return $status
}

# fails ERRNO LETTER: the server is broken into and can't do that; it goes on
fails() {
	local status
	serve "$program" || return
	lab/limit 20 "$attack" "break-$2" "$socket"
	status=$?
	((status == $1)) || echo "errno $status"
	ends && ((status == $1))
}

# is_fatal LETTER: that attempt ends the server, which says by what
is_fatal() {
	local status
	serve "$program" || return
	lab/limit 20 "$attack" "break-$1" "$socket"
	wait "$server"
	status=$?
	server=
	cat "$dir/err"
	((status == 3)) && grep -q "was ended by signal $SIGSYS " "$dir/err" && [[ ! -e $socket ]]
}

# has FIELD VALUE: of the worker's status
has() {
	grep -P "^$1:\t$2$" "/proc/$worker/status" || { grep "^$1" "/proc/$worker/status"; return 1; }
}

is_confined() {
	serve build/vpasid-device || return
	# it enters the sandbox in its own time
	lab/limit 20 "$attack" serves "$socket" && has NoNewPrivs 1 && has CapEff 0000000000000000 &&
		{ has Seccomp 2; } && grep "^Max processes  *0 " "/proc/$worker/limits"
	local status=$?
	ends && return $status
}

is_without_seccomp() {
	serve "$program" || return
	lab/limit 20 "$attack" serves "$socket" && has Seccomp 0
	local status=$?
	ends && return $status
}

is_user() {
	serve build/vpasid-device --user nobody --group daemon || return
	lab/limit 20 "$attack" serves "$socket" &&
		[[ $(stat -c '%a %U %G' "$socket") == "660 nobody daemon" ]] &&
		has Uid "$(id -u nobody)"$'(\t[0-9]+){3}' && has Groups ' *'
	local status=$?
	ends && [[ ! -e $socket && ! -e $socket.lock ]] && return $status
}

# by_descriptor NUMBER: as systemd hands over a socket that listens; inetd's way is number 0
by_descriptor() {
	python3 - "$dir/handed-$1" "$1" <<-'END'
		import os, socket, subprocess, sys
		path, number = sys.argv[1:]
		listener = socket.socket(socket.AF_UNIX)
		listener.bind(path)
		listener.listen()
		os.dup2(listener.fileno(), 9)
		server = subprocess.Popen(
		    ['build/vpasid-device', '--fd', number, '--profile', os.getcwd() + '/device/profiles/dsa.conf'],
		    pass_fds=[9], stdin=listener, stdout=subprocess.PIPE, text=True)
		print(server.stdout.readline())
		listener.close()
		os.close(9)
		served = subprocess.run(['lab/limit', '20', 'build/tests/device/attack', 'serves', path]).returncode
		server.terminate()
		assert (server.wait(), served) == (0, 0)
		assert os.path.exists(path)  # it is somebody else's
	END
}

# The name in its directory is another file's between bind(2) and chown(2), by swapped.so.
is_swapped() {
	local status
	: >"$dir/victim"
	VICTIM=$dir/victim LD_PRELOAD=$swapped \
		refuses 3 "$socket: File exists" --socket "$socket" --user nobody
	status=$?
	stat -c '%U %n' "$dir/victim" "$socket"
	[[ $(stat -c %u "$dir/victim") == 0 && $socket -ef $dir/victim ]] || status=1
	rm -f "$socket"
	return $status
}

# The shell gives a command in the background /dev/null as its input.
without_input() {
	exec build/vpasid-device "$@" <&-
}

is_logged_without_input() {
	rm -f "$dir/log"
	serve without_input || return
	lab/limit 20 "$attack" serves "$socket"
	ends
	grep . "$dir/log"
}

refuses() { # refuses STATUS TEXT ARG...
	local status
	lab/limit 20 build/vpasid-device --profile "$PWD/device/profiles/dsa.conf" "${@:3}" \
		2>"$dir/err"
	status=$?
	cat "$dir/err"
	((status == $1)) && grep -qF -- "$2" "$dir/err"
}

unit_is_sound() {
	sed "s|^ExecStart=[^ ]*|ExecStart=$PWD/build/vpasid-device|" build/device/vpasid-device@.service \
		>"$dir/vpasid-device@.service"
	cp device/systemd/vpasid-device@.socket "$dir"
	systemd-analyze verify "$dir/vpasid-device@dsa.socket" "$dir/vpasid-device@dsa.service" 2>&1 |
		grep "$dir" && return 1
	# in tenths
	systemd-analyze security --no-pager --offline=true --threshold=10 "$dir/vpasid-device@.service"
}

program=build/tests/device/broken_into
ok "what serving takes is allowed" fails 9 r
ok "a file can't be opened" fails 13 o
ok "nor made" fails 13 w
ok "to connect ends the server" is_fatal c
ok "so does running a program" is_fatal e
ok "another process" is_fatal f
ok "a signal to its parent" is_fatal k
ok "removing a file" is_fatal u
ok "memory that is code" is_fatal x
program=build/tests/device/broken_into_landlock
ok "a build of it is without seccomp" is_without_seccomp
# landlock_create_ruleset(2) says which version there is
if python3 -c 'import ctypes, sys; sys.exit(ctypes.CDLL(None).syscall(444, None, 0, 1) <= 0)'; then
	ok "without seccomp: a file can't be opened" fails 13 o
	ok "without seccomp: nor made" fails 13 w
	ok "without seccomp: no program can be run" fails 13 e
else
	skip "without seccomp, by Landlock" "the kernel has none"
fi
ok "the process that serves has no privileges, and no new ones" is_confined
if ((!EUID)); then
	ok "--user and --group: the socket is theirs, and so is the process" is_user
	ok "--user: no other file becomes theirs that has the socket's name" is_swapped
else
	skip "--user and --group" "only root can be another user"
fi
ok "started without standard input: the log has its lines" is_logged_without_input
ok "--fd: serves at a socket that it is handed" by_descriptor 9
ok "--fd: also as standard input" by_descriptor 0
ok "--fd: a descriptor that isn't one" refuses 3 "descriptor 0 isn't a Unix stream socket" --fd 0
ok "--fd: and nothing else beside it" refuses 2 "use either --socket or --fd" --fd 9 --socket "$socket"
ok "--user: that isn't there" refuses 3 "there is no such user" --socket "$socket" --user no.such
ok "--group: that isn't there" refuses 3 "there is no such group" --socket "$socket" --group no.such
ok "the systemd unit has an exposure of less than 1.0" unit_is_sound
plan
