#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What a stock QEMU asks for before a guest has PASID: on a host that has all of it but nested
# translation, and on hosts that lack more.
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh
. tests/qemu/machine.sh

rows=$(mktemp) said=$(mktemp) log=$(mktemp) page=$(mktemp)
trap 'rm -f "$rows" "$said" "$log" "$page"' EXIT

# What QEMU said is what the page shows, word for word.
is_documented() {
	local message undocumented=0
	while read -r message; do
		grep -qF -- "$message" doc/qemu.md || { echo "$message"; undocumented=1; }
	done < <(sed -n 's/.*: QEMU refuses: //p' "$said")
	[[ -s $said ]] && return $undocumented
}

# That the VM's kernel reports no fault in itself, except the one that it warns of where PASID is off:
# iommufd hasn't expected that.
ended_well() {
	if [[ $1 == off ]]; then
		((status == 125)) && grep 'WARNING: .* iommufd_get_hw_info' "$log" && return
	else
		((status <= 1)) && return
	fi
	cat "$log"
	return 1
}

# The host, its kernel, iommufd or none, and the topology
while read -r host kernel iommufd topology; do
	[[ $iommufd == iommufd ]] || iommufd=
	LAB_KERNEL=$kernel LAB_IOMMUFD=$iommufd in_vm "$topology" qemu_gates.sh "$host" \
		</dev/null >"$rows" 2>"$log"
	status=$?
	grep -v '^page: ' "$rows" >>"$said"
	sed -n 's/^page: //p' "$rows" >>"$page"
	sed -i '/^page: /d' "$rows"
	relay "$rows" "$host"
	ok "$host: the VM ends as it should" ended_well "$host"
done <<-END
	all          7.3   iommufd  qemu
	first-stage  7.3   iommufd  qemu-first-stage
	narrow       7.3   iommufd  qemu-narrow
	no-iommufd   6.12  none     qemu-first-stage
	off          7.3   iommufd  qemu-off
	ats          7.3   iommufd  qemu-ats
	old          6.12  iommufd  qemu
END
ok "doc/qemu.md has each of these messages" is_documented
for name in explain bind place vm; do
	ok "doc/qemu.md shows what vpasid $name prints" tests/docs/block within doc/qemu.md "$name" "$page"
done
plan
