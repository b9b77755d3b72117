#!/bin/bash
# SPDX-License-Identifier: MIT
#
# vpasid check on a real kernel: on machines of which each lacks something, or none, with Intel's
# IOMMU, or AMD's (LAB_IOMMU=amd). With an argument, just those whose names have it.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh

dir=build/check
mkdir -p "$dir"

# The width of addresses that QEMU's VT-d has by itself: 39 bits in 7.2, 48 in 11.1
addresses=PASS
[[ ${LAB_QEMU:-7.2} != 7.2 ]] || addresses=FAIL

# IOMMU TOPOLOGY {PURPOSE QUESTION=VERDICT...}...: what is found. QEMU's VT-d can't nest, and has
# no page-walk coherency; there is no QEMU in the VM.
machines() {
	cat <<END
intel default \
	vmm firmware=PASS iommu=PASS kernel=PASS iommu-mode=PASS iommu-pasid=PASS functions=PASS \
		acs=PASS tlp-prefix=PASS denylist=PASS nesting=FAIL address-bits=$addresses \
		signature=PASS qemu=WARN libvirt=PASS \
	sva iommu-mode=PASS functions=PASS sva-iommu=FAIL \
	guest-sva viommu-sva=FAIL shared-queues=WARN
intel explain-none vmm firmware=FAIL
intel explain-off vmm firmware=PASS iommu=FAIL
intel explain-unscalable vmm iommu-mode=FAIL functions=FAIL
intel check-intremap vmm firmware=PASS iommu=PASS interrupts=FAIL
intel explain-no-pasid vmm iommu-mode=PASS iommu-pasid=FAIL functions=FAIL
intel check vmm iommu-mode=PASS functions=WARN tlp-prefix=FAIL acs=FAIL denylist=WARN
amd amd-default vmm firmware=PASS iommu=PASS attach=FAIL functions=FAIL
END
}

# boots TOPOLOGY NAME SCRIPT ARG...
boots() {
	local topology=$1 name=$2 script=$3
	shift 3
	in_vm "$topology" "$script" "$@" >"$dir/$name" 2>"$dir/boot" ||
		(($? == 1)) || { tail -n 40 "$dir/boot"; return 1; }
}

while read -r iommu topology findings; do
	[[ $topology == *"${1:-}"* && $iommu == "${LAB_IOMMU:-intel}" ]] || continue
	read -ra findings <<<"$findings"
	ok "$topology: a kernel boots" boots "$topology" "$topology" check.sh "${findings[@]}"
	relay "$dir/$topology" "$topology"
done < <(machines)
if [[ provoked == *"${1:-}"* && ${LAB_IOMMU:-intel} == intel ]]; then
	for config in build/lanes/"${LAB_KERNEL:-6.12}"/root/boot/config-*; do
		copies=(--copy "$config")
	done
	ok "provoked: a kernel boots" boots default provoked check_provoked.sh
	relay "$dir/provoked" provoked
fi
plan
