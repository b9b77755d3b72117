#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The command's denylist is the driver's, and that of vfio-pci in the sources of Debian's
# kernels 6.1, 6.12 and 7.3. IDs have the names of the kernels' own pci_ids.h.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# listed FUNCTION FILE: the names of IDs that the C function has as cases
listed() {
	sed -n "/$1(struct pci_dev/,/^}/p" "$2" |
		sed -n 's/^[[:blank:]]*case PCI_DEVICE_ID_\([A-Z0-9_]*\):.*/\1/p' | sort
}

# "NAME ID" of each in the command's list
ours() {
	sed -n 's/^[[:blank:]]*0x\([0-9a-f]*\), .* PCI_DEVICE_ID_\([A-Z0-9_]*\) .*/\2 \1/p' \
		tools/vfio/denylist.c | sort
}

# values FILE: "NAME ID" of the same names in a pci_ids.h
values() {
	sed -n 's/^#define PCI_DEVICE_ID_\([A-Z0-9_]*\)[[:blank:]]*0x\([0-9a-f]*\).*/\1 \2/p' "$1" |
		sort | join - "$dir/names"
}

same() { # same NAME LIST: a list of names isn't empty, and is ours
	[[ -s $1 ]] && diff "$dir/names" "$1"
}

kernel() { # kernel LANE
	local lane=$1 ids
	has "the sources of $lane" lab/kernel-source "$lane" include/linux/pci_ids.h || return
	ids=$(lab/kernel-source "$lane" include/linux/pci_ids.h)
	listed vfio_pci_dev_in_denylist \
		"$(lab/kernel-source "$lane" drivers/vfio/pci/vfio_pci.c)" >"$dir/kernel"
	ok "$lane: vfio-pci has the same" same "$dir/kernel"
	ok "$lane: and the same IDs" diff "$dir/ours" <(values "$ids")
}

ours >"$dir/ours"
cut -d ' ' -f 1 "$dir/ours" >"$dir/names"
listed pasid_vfio_pci_in_denylist driver/pasid_vfio_pci.c >"$dir/driver"
ok "each line of the command's list names its ID" \
	test "$(grep -c '^[[:blank:]]*0x[0-9a-f]*,' tools/vfio/denylist.c)" = "$(wc -l <"$dir/ours")"
ok "the driver has the same" same "$dir/driver"
for lane in 6.1 6.12 7.3; do
	kernel "$lane"
done
plan
