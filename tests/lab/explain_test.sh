#!/bin/bash
# SPDX-License-Identifier: MIT
#
# vpasid explain, against what a real kernel does: one machine for each row, in which one
# link is broken, or none.
# With an argument, just those whose names have it.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh

dir=build/explain
mkdir -p "$dir"

# The kernel's configuration, where its lane has one
for config in build/lanes/*/root/boot/config-*; do
	[[ ! -e $config ]] || copies+=(--copy "$config")
done

# TOPOLOGY; for each function in it: FUNCTION LINK WHERE (tests/lab/vm/explain.sh)
machines() {
	cat <<'END'
explain-sound          00:05.0 sound -                   00:1c.0/00.0 sound -  vf:00:05.0 sound -  vf:00:1c.0/00.0 sound -
explain-switch         00:1c.0/00.0/01.0/00.0 sound -
explain-quirk          00:05.0 sound -                   00:05.1 sound -
explain-capability     00:05.0 capability 00:05.0        vf:00:05.0 capability 00:05.0
explain-width          00:05.0 capability! 00:05.0
explain-prefix         00:05.0 tlp-prefix 00:05.0        vf:00:05.0 tlp-prefix 00:05.0
explain-port-prefix    00:1c.0/00.0 tlp-prefix 00:1c.0   vf:00:1c.0/00.0 tlp-prefix 00:1c.0
explain-switch-prefix  00:1c.0/00.0/01.0/00.0 tlp-prefix 00:1c.0/00.0
explain-endpoint       00:05.0 tlp-prefix 00:05.0
explain-acs            00:1c.0/00.0 acs 00:1c.0          vf:00:1c.0/00.0 acs 00:1c.0
explain-acs-off        00:1c.0/00.0 acs 00:1c.0
explain-acs-half       00:1b.0/00.0 acs 00:1b.0          00:1c.0/00.0 acs 00:1c.0
explain-switch-acs     00:1c.0/00.0/01.0/00.0 acs 00:1c.0/00.0/01.0
explain-functions      00:05.0 acs 00:05.0               00:05.1 acs 00:05.1
explain-none           00:05.0 iommu -                   vf:00:05.0 iommu -
explain-off            00:05.0 iommu -
explain-leftover       00:05.0 iommu! -
legacy                 00:05.0 iommu-mode -              vf:00:05.0 iommu-mode -
explain-unscalable     00:05.0 iommu-mode -
explain-no-pasid       00:05.0 iommu-pasid -
END
}

# boots TOPOLOGY ARG...
boots() {
	local topology=$1
	shift
	in_vm "$topology" explain.sh "$@" >"$dir/$topology" 2>"$dir/boot" ||
		{ sed 's/^/  /' "$dir/boot" | tail -n 40; return 1; }
}

while read -r topology functions; do
	[[ $topology == *"${1-}"* ]] || continue
	read -ra functions <<<"$functions"
	ok "$topology boots" boots "$topology" "${functions[@]}"
	relay "$dir/$topology" "$topology"
done < <(machines)
plan
