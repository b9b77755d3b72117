#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What a stock QEMU asks for before a guest has PASID: on a host that has all of it but nested
# translation, and on hosts that lack more.
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh
. tests/qemu/machine.sh

rows=$(mktemp) said=$(mktemp)
trap 'rm -f "$rows" "$said"' EXIT

# What QEMU said is what the page shows, word for word.
is_documented() {
	local message undocumented=0
	while read -r message; do
		grep -qF -- "$message" doc/qemu.md || { echo "$message"; undocumented=1; }
	done < <(sed -n 's/.*: QEMU refuses: //p' "$said")
	[[ -s $said ]] && return $undocumented
}

# The host, its kernel, iommufd or none, and the topology
while read -r host kernel iommufd topology; do
	[[ $iommufd == iommufd ]] || iommufd=
	LAB_KERNEL=$kernel LAB_IOMMUFD=$iommufd in_vm "$topology" qemu_gates.sh "$host" \
		</dev/null >"$rows"
	cat "$rows" >>"$said"
	relay "$rows" "$host"
done <<-END
	all          7.3   iommufd  qemu
	first-stage  7.3   iommufd  qemu-first-stage
	narrow       7.3   iommufd  qemu-narrow
	no-iommufd   7.3   none     qemu-first-stage
	old          6.12  iommufd  qemu
END
ok "doc/qemu.md has each of these messages" is_documented
plan
