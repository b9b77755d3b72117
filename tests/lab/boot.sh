# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# guest TOPOLOGY SCRIPT ARG...: runs a script of tests/lab/guest/ in a VM with
# lab/topologies/TOPOLOGY.topo; what it prints is the test's TAP. `copies` are options
# of lab/run, for what the VM needs besides. LAB_TIMEOUT: seconds that it may take.
copies=()
guest() {
	local topology=lab/topologies/$1.topo script=tests/lab/guest/$2
	shift 2
	lab/run --timeout "${LAB_TIMEOUT:-600}" --topology "$topology" --copy tests \
		--copy lab/topologies --copy build/tests/lab "${copies[@]}" -- "$script" "$@"
}
