#!/bin/bash
# SPDX-License-Identifier: MIT
#
# JSON that vpasid prints of a real host is valid by the schemas of data/schemas.
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh

rows=$(mktemp) more=$(mktemp)
trap 'rm -f "$rows" "$more"' EXIT
# shellcheck disable=SC2034 # for in_vm
copies=(--copy "$(type -P jq)")

# documents COMMAND: those that the VM has printed
documents() {
	sed -n "s/^json $1: //p" "$rows"
}

is_valid() {
	tests/support/schemas.py --count "$2" <(documents "$1")
}

# schemas.py notices a member that no schema knows.
misses_nothing() {
	documents query | jq '.devices[0].unknown = 1' >"$more" && [[ -s $more ]] &&
		! tests/support/schemas.py "$more" >/dev/null
}

in_vm default json.sh 0000:00:05.0 0000:00:06.0 >"$rows"
status=$?
while read -r command count; do
	ok "$command: $count documents are valid" is_valid "$command" "$count"
done <<-END
	list 2
	show 2
	query 2
	try 1
	bind 3
	bindings 2
	unbind 2
	explain 2
	check 2
	map 1
	place 1
	vm 3
	record 2
END
ok "a member that is in no schema is found" misses_nothing
ok "the VM ends as it should" test "$status" = 0
plan
