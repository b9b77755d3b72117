#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check.sh PURPOSE QUESTION=VERDICT...: what vpasid check finds for that purpose.
. tests/lab/vm/lib.sh
purpose=$1
shift

# worst: the verdict that the others don't count beside
worst() {
	for verdict in FAIL UNKNOWN WARN PASS; do
		! echo "$stdout" | grep -q "^$verdict " || break
	done
	echo "$verdict"
}

tells vpasid check --for "$purpose"
echo "$stdout" | sed 's/^/  /'
found=$status
for expected; do
	ok "check --for $purpose: ${expected%=*} is ${expected#*=}" \
		shown "^${expected#*=} +${expected%=*} "
done
case $(worst) in
FAIL) wanted=1 ;;
UNKNOWN) wanted=3 ;;
*) wanted=0 ;;
esac
ok "check --for $purpose: the last line sums up" shown "^$purpose: $(worst) \("
ok "check --for $purpose: the exit status is $wanted" [ "$found" = "$wanted" ]
tells vpasid check --for "$purpose" --json
ok "check --for $purpose: JSON has the same verdict" shown "\"verdict\": \"$(vpasid check \
	--for "$purpose" | sed -n "s/^$purpose: \([A-Z]*\) .*/\1/p")\""
plan
