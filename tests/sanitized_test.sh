#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Each unit and property test once more, built with the address, leak and undefined-behaviour
# sanitizers: a finding ends the test. tests/sanitized_test.sh [NAME...] runs those alone.
set -u
cd "$(dirname "$0")/.." || exit
. tests/tap.sh
. tests/support/programs.sh
. tests/support/sanitized.sh
export UBSAN_OPTIONS=print_stacktrace=1

ok "they build with sanitizers" sanitize
while read -r name program; do
	(($#)) && [[ " $* " != *" $name "* ]] && continue
	# shellcheck disable=SC2086 # words
	ok "$name: no finding" finds_nothing $program
done < <(programs "$SANITIZED")
plan
