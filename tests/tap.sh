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

# skip NAME WHY: a row for what can't be tested here
skip() {
	tests=$((tests + 1))
	echo "ok $tests - $1 # SKIP $2"
}

# has WHAT SCRIPT ARG...: a script that downloads it has it. Status 125 says that it can't be
# had, and the row is skipped; any other failure is one of the test's.
has() {
	tap_name=$1
	shift
	"$@" >/dev/fd/9 2>&1
	case $? in
	0) return 0 ;;
	125) skip "$tap_name" "$1: $(tail -n 1 /dev/fd/9)" ;;
	*)
		tests=$((tests + 1))
		echo "not ok $tests - $tap_name"
		cat /dev/fd/9
		;;
	esac
	return 1
}

# needs WHAT SCRIPT ARG...: there are no more rows without it
needs() {
	has "$@" || { plan && exit; }
}

plan() {
	echo "1..$tests"
}
