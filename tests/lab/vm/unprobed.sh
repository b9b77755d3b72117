#!/bin/sh
# SPDX-License-Identifier: MIT
#
# unprobed.sh FUNCTION: a function that no driver has ever been offered. Linux before 6.15 gives
# it to an IOMMU only with the first driver, where firmware says which IOMMU it is behind, as it
# does on Arm. Until then, no command may regard it as a function without an IOMMU.
. tests/lab/vm/lib.sh
bdf=$1

has_group() {
	[ -e "$PCI/devices/$bdf/iommu_group" ]
}

# The kernel has given it to an IOMMU, or hasn't yet, by its release.
is_given() {
	if is_before 6.15; then
		! has_group
	else
		has_group
	fi
}

# explain doesn't say that there is no IOMMU; until one is visible, it gives that as PASID's reason to be off.
isnt_denied() {
	echo "$stdout" | grep -E '^ *(broken|n-a) +(sure|likely)? *(iommu|iommu-mode|iommu-pasid|group) ' &&
		return 1
	has_group || shown '^  doubt .* these links can.t be judged: .*iommu'
}

ok "an IOMMU is there" [ "$(iommu_kind)" != none ]
ok "no driver has it" says none driver_of "$bdf"
ok "it has an IOMMU group since before, or none yet, by the kernel" is_given
ok "PASID is on if it has one" says "$(has_group && control_of_host 3 || echo 0000)" control "$bdf"
tells vpasid explain "$bdf"
ok "explain doesn't say that no IOMMU covers it" isnt_denied
ok "it advises bind" shown "to do: vpasid bind $bdf"
ok "so does a recorded sysfs" ends "$status" vpasid explain --sysfs /sys "$bdf"
ok "bind --dry-run: 0" ends 0 vpasid bind --dry-run "$bdf"
ok "it has no driver yet" says none driver_of "$bdf"
ok "bind: 0" ends 0 vpasid bind "$bdf"
ok "it has an IOMMU group" has_group
ok "explain says which" ends "$(explain_status)" vpasid explain "$bdf"
ok "the IOMMU covers it" shown "^  ok +sure +iommu +.*covered by $(iommu_name), group $(basename "$(readlink "$PCI/devices/$bdf/iommu_group")")"
ok "PASID is enabled" says "$(control_of_host 3)" control "$bdf"
ok "unbind: 0" ends 0 vpasid unbind "$bdf"
ok "it keeps its group" has_group
plan
