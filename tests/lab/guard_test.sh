#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The host's PASID registers are out of a VFIO user's reach.
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh

rows=$(mktemp) table=$(mktemp)
trap 'rm -f "$rows" "$table"' EXIT

# doc/guard.md shows two of its tables: of the default machine, and there of vfio_pasid beside vfio-pci.
shown_as() {
	[[ ${LAB_KERNEL:-6.12}/${LAB_IOMMU:-intel}/${LAB_QEMU:-7.2}/${LAB_IOMMUFD-} == 6.12/intel/7.2/ ]] || return
	case ${LAB_DRIVER-} in
	'') echo guard ;;
	vfio-pci) echo guard-beside ;;
	*) return 1 ;;
	esac
}

is_shown() {
	grep -E '^(A VFIO user writes|  driver .* write$|  .* -> )' "$rows" >"$table"
	tests/docs/block compare doc/guard.md "$1" "$table"
}

in_vm guard guard.sh >"$rows"
status=$?
relay "$rows"
if name=$(shown_as); then
	ok "doc/guard.md shows the table" is_shown "$name"
fi
ok "the VM ends as it should" test "$status" -le 1
plan
