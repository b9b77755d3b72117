#!/bin/bash
# SPDX-License-Identifier: MIT
#
# vpasid explain agrees with what a real kernel does, in machines whose functions each have one
# broken link, or none. A machine whose IOMMU is broken has no other fault.
# With an argument, just those whose names have it.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh

dir=$(machine_dir explain)

# The kernel's configuration, where its lane has one
for config in build/lanes/*/root/boot/config-*; do
	[[ ! -e $config ]] || copies+=(--copy "$config")
done

# boots TOPOLOGY ARG...
boots() {
	local topology=$1
	shift
	in_vm "$topology" explain.sh "$@" >"$dir/$topology" 2>"$dir/boot" ||
		{ sed 's/^/  /' "$dir/boot" | tail -n 40; return 1; }
}

# machine TOPOLOGY: stdin has a line for each function, FUNCTION LINK WHERE (tests/lab/vm/explain.sh)
machine() {
	local words
	read -rd '' -a words
	[[ $1 == *"$only"* ]] || return
	ok "$1 boots" boots "$1" "${words[@]}"
	relay "$dir/$1" "$1"
}

only=${1-}
machine explain-integrated <<'END'
	00:05.0     sound       -
	vf:00:05.0  sound       -
	00:06.0     capability  00:06.0
	vf:00:06.0  capability  00:06.0
	00:07.0     capability! 00:07.0
	00:08.0     tlp-prefix  00:08.0
	vf:00:08.0  tlp-prefix  00:08.0
	00:09.0     tlp-prefix  00:09.0
	00:0a.0     acs         00:0a.0
	00:0a.1     acs         00:0a.1
	00:0b.0     sound       -
	00:0b.1     sound       -
END
machine explain-ports <<'END'
	00:17.0/00.0     sound       -
	vf:00:17.0/00.0  sound       -
	00:18.0/00.0     tlp-prefix  00:18.0
	vf:00:18.0/00.0  tlp-prefix  00:18.0
	00:19.0/00.0     acs         00:19.0
	vf:00:19.0/00.0  acs         00:19.0
	00:1a.0/00.0     acs         00:1a.0
	00:1b.0/00.0     acs         00:1b.0
	00:1c.0/00.0     acs         00:1c.0
END
machine explain-switches <<'END'
	00:1a.0/00.0/01.0/00.0  sound       -
	00:1b.0/00.0/01.0/00.0  tlp-prefix  00:1b.0/00.0
	00:1c.0/00.0/01.0/00.0  acs         00:1c.0/00.0/01.0
END
machine explain-none <<'END'
	00:05.0     iommu   -
	vf:00:05.0  iommu   -
	00:06.0     iommu!  -
END
# The rest is of options and modes that VT-d's driver has.
[[ ${LAB_IOMMU:-intel} == intel ]] || { plan; exit; }
machine explain-off <<'END'
	00:05.0  iommu  -
END
machine legacy <<'END'
	00:05.0     iommu-mode  -
	vf:00:05.0  iommu-mode  -
END
machine explain-unscalable <<'END'
	00:05.0  iommu-mode  -
END
machine explain-no-pasid <<'END'
	00:05.0  iommu-pasid  -
END
plan
