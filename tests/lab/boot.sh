# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# in_vm TOPOLOGY SCRIPT ARG...: runs a script of tests/lab/vm/ in a VM with
# lab/topologies/TOPOLOGY.topo; its output is the test's TAP. The VM has the scripts, and
# those programs under build/tests/lab/ that this script names. `copies` are more options
# of lab/run, such as --copy. LAB_TIMEOUT: the seconds after which it is ended. LAB_DRIVER: the
# driver that functions are bound to, see tests/lab/vm/lib.sh. JOIN: don't run it, but add what
# is to be run to that file, for tests/lab/joined.
copies=()
in_vm() {
	local topology=lab/topologies/$1.topo script=tests/lab/vm/$2 program programs=() command
	shift 2
	command=(env "LAB_DRIVER=${LAB_DRIVER-}" "$script" "$@")
	for program in build/tests/lab/*; do
		[[ ! -f $program ]] || ! grep -qwF -e "${program##*/}" "$script" ||
			programs+=(--copy "$program")
	done
	if [[ ${JOIN-} ]]; then
		{
			echo "$topology"
			echo "${programs[*]@Q} ${copies[*]@Q}"
			echo "${command[*]@Q}"
		} >"$JOIN"
		return
	fi
	lab/run --timeout "${LAB_TIMEOUT:-600}" --topology "$topology" --copy tests/tap.sh \
		--copy tests/lab/vm --copy lab/topologies "${programs[@]}" "${copies[@]}" \
		-- "${command[@]}"
}

# machine_dir TEST: prints an empty directory under build/ for what this test leaves on this machine.
# The matrix runs the same test on several machines at once.
machine_dir() {
	local dir=build/lab-tests/$1/${LAB_KERNEL:-6.12}-${LAB_QEMU:-7.2}-${LAB_IOMMU:-intel}
	dir+=${LAB_IOMMUFD:+-iommufd}${LAB_DRIVER:+-$LAB_DRIVER}
	rm -rf "$dir" && mkdir -p "$dir" && echo "$dir"
}

# relay FILE [NAME]: prints the rows of TAP that another script has left in FILE as rows of the
# script that sources this, and one more row: that the other printed them all. NAME goes
# before their names. Source tests/tap.sh first.
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
