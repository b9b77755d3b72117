#!/bin/bash
# SPDX-License-Identifier: MIT
#
# vpasid check on a real kernel: on machines of which each lacks something, or none, with Intel's
# IOMMU, or AMD's (LAB_IOMMU=amd). With an argument, just those whose names have it.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh

dir=$(machine_dir check)

# The width of addresses that QEMU's VT-d has by itself: 39 bits in 7.2, 48 in 11.1
addresses=PASS
[[ ${LAB_QEMU:-7.2} != 7.2 ]] || addresses=FAIL

# Linux enables PASID only behind ports with ACS's RR and UF from 6.2 on
acs=FAIL
[[ ${LAB_KERNEL:-6.12} != 6.1 ]] || acs=PASS

# IOMMU TOPOLOGY PURPOSE, and what is found: QUESTION=VERDICT. QEMU's VT-d can't nest, and has no
# page-walk coherency; there is no QEMU in the VM.
machines() {
	cat <<END
intel  default              vmm        firmware=PASS iommu=PASS kernel=PASS iommu-mode=PASS iommu-pasid=PASS functions=PASS acs=PASS tlp-prefix=PASS denylist=PASS nesting=FAIL address-bits=$addresses signature=PASS qemu=WARN libvirt=PASS
intel  default              sva        iommu-mode=PASS functions=PASS sva-iommu=FAIL
intel  default              guest-sva  viommu-sva=FAIL shared-queues=WARN
intel  explain-none         vmm        firmware=FAIL
intel  explain-off          vmm        firmware=PASS iommu=FAIL
intel  explain-unscalable   vmm        iommu-mode=FAIL functions=FAIL
intel  check-intremap       vmm        firmware=PASS iommu=PASS interrupts=FAIL
intel  explain-no-pasid     vmm        iommu-mode=PASS iommu-pasid=FAIL functions=FAIL
intel  check                vmm        iommu-mode=PASS functions=WARN tlp-prefix=FAIL acs=$acs denylist=WARN
amd    amd-default          vmm        firmware=PASS iommu=PASS attach=FAIL functions=FAIL
END
}

# boots NUMBER TOPOLOGY SCRIPT ARG...
boots() {
	local number=$1 topology=$2 script=$3
	shift 3
	in_vm "$topology" "$script" "$@" >"$dir/$number" 2>"$dir/boot" ||
		(($? == 1)) || { tail -n 40 "$dir/boot"; return 1; }
}

number=0
while read -r iommu topology purpose findings; do
	number=$((number + 1))
	[[ $topology == *"${1:-}"* && $iommu == "${LAB_IOMMU:-intel}" ]] || continue
	read -ra findings <<<"$findings"
	ok "$topology: a kernel boots" boots "$number" "$topology" check.sh "$purpose" "${findings[@]}"
	relay "$dir/$number" "$topology"
done < <(machines)
if [[ provoked == *"${1:-}"* && ${LAB_IOMMU:-intel} == intel ]]; then
	for config in build/lanes/"${LAB_KERNEL:-6.12}"/root/boot/config-*; do
		[[ ! -e $config ]] || copies=(--copy "$config")
	done
	ok "provoked: a kernel boots" boots provoked default check_provoked.sh
	relay "$dir/provoked" provoked
fi
plan
