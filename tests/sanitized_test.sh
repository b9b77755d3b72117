#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Each unit and property test once more, built with the address, leak and undefined-behaviour
# sanitizers: a finding ends the test. tests/sanitized_test.sh [NAME...] runs those alone.
set -u
cd "$(dirname "$0")/.." || exit
. tests/tap.sh
. tests/support/sanitized.sh
export UBSAN_OPTIONS=print_stacktrace=1

# A sanitizer makes them several times slower: fewer made spaces and hosts.
SPACES=1000
HOSTS=30

# programs: NAME PROGRAM ARG... of each test that is a program of that build
programs() {
	meson introspect "$SANITIZED" --tests | python3 -c '
import json, os, sys

for test in json.load(sys.stdin):
    path = os.path.relpath(test["cmd"][0])
    if path.startswith(sys.argv[1]):
        print(test["name"], path, *test["cmd"][1:])' "$SANITIZED/"
}

# Its output is shown only if it fails, indented: its rows aren't rows of this test.
finds_nothing() {
	local output
	output=$("$@" 2>&1 </dev/null) && return
	echo "  ${output//$'\n'/$'\n  '}"
	return 1
}

ok "they build with sanitizers" sanitize
while read -r name program; do
	(($#)) && [[ " $* " != *" $name "* ]] && continue
	case $name in
	property/agreement | property/record) program+=" $HOSTS" ;;
	property/*) program+=" $SPACES" ;;
	esac
	# shellcheck disable=SC2086 # words
	ok "$name: no finding" finds_nothing $program
done < <(programs)
plan
