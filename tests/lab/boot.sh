# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# guest TOPOLOGY SCRIPT ARG...: runs a script of tests/lab/vm/ in a VM with
# lab/topologies/TOPOLOGY.topo; what it prints is the test's TAP. `copies` are options
# of lab/run, for what the VM needs besides. LAB_TIMEOUT: seconds that it may take.
copies=()
guest() {
	local topology=lab/topologies/$1.topo script=tests/lab/vm/$2
	shift 2
	lab/run --timeout "${LAB_TIMEOUT:-600}" --topology "$topology" --copy tests \
		--copy lab/topologies --copy build/tests/lab "${copies[@]}" -- "$script" "$@"
}

# relay FILE [NAME]: the rows that a script, as one in the VM, has printed there, as rows of the
# script that sources this, which has tests/tap.sh; and one more for the plan behind them.
# Their names begin with NAME.
relay() {
	local line rows=0
	while IFS= read -r line; do
		case $line in
		'ok '* | 'not ok '*)
			rows=$((rows + 1)) tests=$((tests + 1))
			echo "${line%%ok *}ok $tests - ${2:+$2 }${line#* - }"
			;;
		1..*) ;;
		*) echo "$line" ;;
		esac
	done <"$1"
	ok "${2:+$2: }the script ran to its end" grep -qx "1..$rows" "$1"
}
