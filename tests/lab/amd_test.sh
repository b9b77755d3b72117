#!/bin/bash
# SPDX-License-Identifier: MIT
#
# AMD's IOMMU: what the kernel does with PASID, by its command line and the IOMMU's features,
# and what vpasid says of it. A machine for each row; with an argument, just those whose
# names have it.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh
export LAB_IOMMU=amd

dir=$(machine_dir amd)

# TOPOLOGY, and for each kernel PASID Control while the function is the host's, and while a user
# of VFIO has it
machines() {
	cat <<'END'
amd-default     6.1 0000 0000   6.12 0001 0000   7.3 0001 0000
amd-pt          6.1 0000 0000   6.12 0001 0000   7.3 0001 0000
amd-pgtbl-v2    6.1 0000 0000   6.12 0001 0000   7.3 0001 0001
amd-isolation   6.1 0000 0000   6.12 0000 0000   7.3 0000 0000
amd-no-giosup   6.1 0000 0000   6.12 0001 0000   7.3 0000 0000
amd-no-ephsup   6.1 0000 0000   6.12 0000 0000   7.3 0000 0000
END
}

# boots TOPOLOGY ARG...
boots() {
	local topology=$1
	shift
	in_vm "$topology" amd.sh "$@" >"$dir/$topology" 2>"$dir/boot" ||
		(($? == 1)) || { tail -n 40 "$dir/boot"; return 1; }
}

while read -r topology rows; do
	[[ $topology == *"${1:-}"* ]] || continue
	[[ " $rows " =~ \ ${LAB_KERNEL:-6.12}\ +([0-9]+)\ +([0-9]+)\  ]] || continue
	ok "$topology: a kernel boots" \
		boots "$topology" "${BASH_REMATCH[@]:1}" 0000:00:05.0 0000:00:06.0
	relay "$dir/$topology" "$topology"
done < <(machines)
plan
