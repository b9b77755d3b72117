#!/bin/bash
# SPDX-License-Identifier: MIT
#
# recordings_test.sh [--tell RECORDING]: of each recording in tests/corpus/recordings, which
# scripts/recordings makes, vpasid says what is in the file beside it; and nothing that it reads
# is missing in one. With --tell, prints what vpasid says.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
vpasid=${BUILD:-build}/vpasid

# Without the names, which are those of this machine's pci.ids, and without the words
tell() {
	local bdf bdfs purpose
	"$vpasid" list --all -p --record "$1" | cut -f 1-9 || return
	for purpose in vmm sva guest-sva; do
		"$vpasid" check --for "$purpose" --json --record "$1" | jq -r '"\ncheck for \(.for): \(.verdict)",
			(.findings[] | "  \(.question) \(.subject // "host"): \(.verdict)")'
	done
	mapfile -t bdfs < <("$vpasid" list -p --record "$1" | cut -f 1)
	for bdf in "${bdfs[@]}"; do
		"$vpasid" explain --json --record "$1" "$bdf" | jq -r '.devices[] |
			"\n\(.bdf): \(.verdict), \(.certainty)",
			((.links + .needs)[] | "  \(.link) \(.bdf // "host"): \(.verdict)")'
		for purpose in vmm sva guest-sva; do
			"$vpasid" explain --for "$purpose" --json --record "$1" "$bdf" |
				jq -r '.devices[] | "  for \(.for // "?"): \(.verdict)"'
		done
		"$vpasid" place --format json --record "$1" "$bdf" | jq -r '.devices[] |
			"  place: \(.offset), digest \(.digest), by \(.reason)"'
	done
}

if [[ ${1:-} == --tell ]]; then
	tell "$2" 2>/dev/null
	exit
fi

says_so() {
	diff "$2" <(tell "$1" 2>/dev/null)
}

# Whoever has made a reader read more makes new recordings.
misses_nothing() {
	! tell "$1" 2>&1 >/dev/null | grep "has no information about"
}

# All JSON that can be had of a recording
print_json() {
	local bdfs purpose monitor
	mapfile -t bdfs < <("$vpasid" list --all -p --record "$1" | cut -f 1)
	"$vpasid" list --all --json --record "$1"
	"$vpasid" record --list "$1" --json
	for purpose in pasid vmm sva guest-sva; do
		"$vpasid" check --for "$purpose" --json --record "$1"
		"$vpasid" explain --for "$purpose" --json --record "$1" "${bdfs[@]}"
	done
	for monitor in qemu libvirt cloud-hypervisor; do
		"$vpasid" vm --for "$monitor" --json --record "$1" "${bdfs[@]}"
	done
	"$vpasid" explain --json --record "$1" "${bdfs[@]}"
	"$vpasid" show --json --record "$1" "${bdfs[@]}"
	"$vpasid" map --json --record "$1" "${bdfs[@]}"
	"$vpasid" place --json --cap pasid,pri,ats --record "$1" "${bdfs[@]}"
}

meets_schemas() {
	tests/support/schemas.py --count 17 <(print_json "$1" 2>/dev/null)
}

has_all() {
	"$vpasid" record --list "$1" >/dev/null
}

for recording in tests/corpus/recordings/*.tar.gz; do
	name=${recording##*/} name=${name%.tar.gz}
	ok "$name: vpasid says what it did" says_so "$recording" "${recording%.tar.gz}"
	ok "$name: nothing is missing in it" misses_nothing "$recording"
	ok "$name: JSON is valid by its schema" meets_schemas "$recording"
	ok "$name: it has all functions whole" has_all "$recording"
done
plan
