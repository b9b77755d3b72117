# shellcheck shell=sh
# SPDX-License-Identifier: MIT
#
# For test scripts, of bash and of busybox: rows of TAP. Source it; end with `plan`.
tests=0

# What a test prints, in a file without a name.
tap_output=$(mktemp)
exec 9<>"$tap_output"
rm "$tap_output"

# ok NAME COMMAND ARG...: one test, passed if COMMAND succeeds; what it printed is
# shown if it doesn't. COMMAND runs in this shell: it may set variables, and may leave
# processes behind.
ok() {
	tap_name=$1
	shift
	tests=$((tests + 1))
	if "$@" >/dev/fd/9 2>&1; then
		echo "ok $tests - $tap_name"
	else
		echo "not ok $tests - $tap_name"
		cat /dev/fd/9
	fi
}

plan() {
	echo "1..$tests"
}
