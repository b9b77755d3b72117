# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# The tests of a build that are programs and not scripts. Sanitizers, Valgrind and counters of lines
# only see what happens in the test's own process.

# programs BUILD: NAME PROGRAM ARG... of each
programs() {
	meson introspect "$1" --tests | python3 -c '
import json, os, sys

for test in json.load(sys.stdin):
    path = os.path.relpath(test["cmd"][0])
    if path.startswith(sys.argv[1] + "/"):
        print(test["name"], path, *test["cmd"][1:])' "$1"
}

# unit_programs BUILD: those that need no made hosts or config spaces by the thousand
unit_programs() {
	programs "$1" | grep -v '^property/'
}

# sandboxed BUILD: the names of those that end in the sandbox of vpasid-device
sandboxed() {
	meson introspect "$1" --tests |
		jq -r '.[] | select(.suite | any(endswith(":sandbox"))) | .name'
}

# finds_nothing COMMAND...: its output is shown only if it fails, indented: its rows aren't rows of
# this test.
finds_nothing() {
	local output
	output=$("$@" 2>&1 </dev/null) && return
	echo "  ${output//$'\n'/$'\n  '}"
	return 1
}
