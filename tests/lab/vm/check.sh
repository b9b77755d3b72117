#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check.sh {PURPOSE QUESTION=VERDICT...}...: what vpasid check finds for each purpose.
. tests/lab/vm/lib.sh

# worst: the verdict that the others don't count beside
worst() {
	for verdict in FAIL UNKNOWN WARN PASS; do
		! echo "$stdout" | grep -q "^$verdict " || break
	done
	echo "$verdict"
}

# checks PURPOSE: its sum, for its exit status and for JSON
checks() {
	purpose=$1
	tells vpasid check --for "$purpose"
	echo "$stdout" | sed 's/^/  /'
	found=$status findings=$stdout
	case $(worst) in
	FAIL) wanted=1 ;;
	UNKNOWN) wanted=3 ;;
	*) wanted=0 ;;
	esac
	ok "check --for $purpose: the last line sums up" shown "^$purpose: $(worst) \("
	ok "check --for $purpose: the exit status is $wanted" [ "$found" = "$wanted" ]
	tells vpasid check --for "$purpose" --json
	ok "check --for $purpose: JSON has the same verdict" shown "\"verdict\": \"$(echo "$findings" |
		sed -n "s/^$purpose: \([A-Z]*\) .*/\1/p")\""
	stdout=$findings
}

for expected; do
	case $expected in
	*=*)
		ok "check --for $purpose: ${expected%=*} is ${expected#*=}" \
			shown "^${expected#*=} +${expected%=*} "
		;;
	*) checks "$expected" ;;
	esac
done
plan
