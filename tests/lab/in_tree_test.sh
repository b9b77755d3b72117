#!/bin/bash
# SPDX-License-Identifier: MIT
#
# With driver/in-tree applied to a kernel's own vfio-pci-core, stock vfio-pci passes what
# pasid_vfio_pci has to pass. LAB_KERNEL: one kernel, of those there are.
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export LAB_IN_TREE=1

# refuses MESSAGE: what apply says of $dir/linux
refuses() {
	! driver/in-tree/apply "$dir/linux" 2>"$dir/message" && grep "$1" "$dir/message"
}

# source_of KERNEL: what driver/in-tree is applied to, as $dir/linux
source_of() {
	rm -rf "$dir/linux"
	mkdir -p "$dir"/linux/{drivers/vfio,include/linux}
	cp -r "$(dirname "$(lab/kernel-source "$1" drivers/vfio/pci/vfio_pci.c)")" "$dir/linux/drivers/vfio"
	cp "build/lanes/$1"/root/lib/modules/*/source/include/linux/vfio_pci_core.h \
		"$dir/linux/include/linux"
}

for kernel in ${LAB_KERNEL:-6.12 7.3}; do
	for test in interface guard; do
		LAB_KERNEL=$kernel "tests/lab/${test}_test.sh" >"$dir/$test" 2>&1
		relay "$dir/$test" "$kernel, $test"
	done
	ok "$kernel: this was vfio-pci" grep -q '^ok .*- vfio-pci, vfio_pci_core: the user reads zeros' "$dir/guard"

	source_of "$kernel"
	ok "$kernel: it is applied" driver/in-tree/apply "$dir/linux"
	ok "$kernel: and not twice" refuses "has it already"
	source_of "$kernel"
	sed -i 's/pci_config_map/pci_space_map/' "$dir/linux/drivers/vfio/pci/vfio_pci_config.c"
	ok "$kernel: a source in which there is no place for the guard is refused" \
		refuses "no place for vfio_pci_pasid_rw_guarded"
done
plan
