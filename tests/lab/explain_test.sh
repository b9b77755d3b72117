#!/bin/bash
# SPDX-License-Identifier: MIT
#
# vpasid explain, against what a real kernel does: one machine for each row, in which one
# link is broken, or none.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

dir=build/explain
lane=${LAB_KERNEL:-6.12}
mkdir -p "$dir"

# TOPOLOGY; for each function in it: FUNCTION LINK WHERE (tests/lab/guest/explain.sh)
machines() {
	cat <<'END'
explain-sound          00:05.0 sound -                   00:1c.0/00.0 sound -  vf:00:05.0 sound -  vf:00:1c.0/00.0 sound -
explain-switch         00:1c.0/00.0/01.0/00.0 sound -
explain-quirk          00:05.0 sound -                   00:05.1 sound -
explain-capability     00:05.0 capability 00:05.0        vf:00:05.0 capability 00:05.0
explain-width          00:05.0 capability 00:05.0
explain-prefix         00:05.0 tlp-prefix 00:05.0        vf:00:05.0 tlp-prefix 00:05.0
explain-port-prefix    00:1c.0/00.0 tlp-prefix 00:1c.0   vf:00:1c.0/00.0 tlp-prefix 00:1c.0
explain-switch-prefix  00:1c.0/00.0/01.0/00.0 tlp-prefix 00:1c.0/00.0
explain-endpoint       00:05.0 tlp-prefix 00:05.0
explain-acs            00:1c.0/00.0 acs 00:1c.0          vf:00:1c.0/00.0 acs 00:1c.0
explain-acs-off        00:1c.0/00.0 acs 00:1c.0
explain-acs-half       00:1b.0/00.0 acs 00:1b.0          00:1c.0/00.0 acs 00:1c.0
explain-switch-acs     00:1c.0/00.0/01.0/00.0 acs 00:1c.0/00.0/01.0
explain-functions      00:05.0 acs 00:05.0               00:05.1 acs 00:05.1
explain-none           00:05.0 iommu -                   vf:00:05.0 iommu -
explain-off            00:05.0 iommu -
explain-leftover       00:05.0 iommu -
legacy                 00:05.0 iommu-mode -              vf:00:05.0 iommu-mode -
explain-unscalable     00:05.0 iommu-mode -
explain-no-pasid       00:05.0 iommu-pasid -
END
}

# boot TOPOLOGY ARG...
boot() {
	local topology=$1 status
	shift
	lab/run --kernel "$lane" --timeout 300 --topology "lab/topologies/$topology.topo" \
		--copy tests --copy "build/lanes/$lane/root/boot" --copy build/tests/lab \
		-- tests/lab/guest/explain.sh "$@" >"$dir/$topology" 2>"$dir/boot"
	status=$?
	((status == 0)) || { sed 's/^/  /' "$dir/boot" | tail -n 40; return 1; }
}

# pass_on TOPOLOGY: the rows of its machine, as rows of this test
pass_on() {
	local rows=0 line
	while IFS= read -r line; do
		case $line in
		'ok '* | 'not ok '*)
			rows=$((rows + 1)) tests=$((tests + 1))
			echo "${line%%ok *}ok $tests - $1 ${line#* - }"
			;;
		1..*) ;;
		*) echo "$line" ;;
		esac
	done <"$dir/$1"
	ok "$1: the script in the VM ran to its end" grep -qx "1..$rows" "$dir/$1"
}

while read -r topology functions; do
	[[ $topology == *"${1-}"* ]] || continue
	read -ra functions <<<"$functions"
	ok "$topology boots" boot "$topology" "${functions[@]}"
	pass_on "$topology"
done < <(machines)
plan
