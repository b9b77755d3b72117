#!/bin/sh
# SPDX-License-Identifier: MIT
#
# ssids.sh FUNCTION WIDTH: the answers about PASIDs of 20 bits behind an SMMUv3 with SSIDs of WIDTH bits.
# Its driver enables PASID whatever the width is, and sysfs doesn't show it: only a command that asks the kernel
# knows it, and no other one regards the function as usable or unusable. Every answer is printed beside
# PASID Control.
. tests/lab/vm/lib.sh
bdf=$1
width=$2

# How query ends, and what it says in words
found=0
[ "$width" != 0 ] || found=1

says_none() {
	told "the IOMMU provides only PASID 0 for it: none can be used"
}

# what_is_said WHEN: the answers of commands that open nothing
what_is_said() {
	ok "$1: PASID Control is 0007" says 0007 control "$bdf"
	ok "$1: list has it as enabled" says enabled listed "$bdf"
	ok "$1: list doesn't know the IOMMU's width, nor what is usable" says "- -" widths
	tells vpasid explain "$bdf"
	ok "$1: explain doesn't know whether it's usable: 3" [ "$status" = 3 ]
	ok "$1: as the width isn't shown" shown "^  unknown +iommu-pasid "
	ok "$1: it says that PASID is on" shown "^  ok +sure +enabled .*PASID is enabled \(PASID Control 0x0007\), EXEC, PRIV"
	ok "$1: it advises nothing of Intel's" [ "${stdout#*intel}" = "$stdout" ]
	ok "$1: show has it as enabled" [ "$(vpasid show "$bdf" | awk '$1 == "state" { print $2 }')" = enabled ]
}

# widths: of list, the IOMMU's and the usable one
widths() {
	vpasid list --json --all -s "${bdf#0000:}" | awk '
		/"iommu_width"/ { iommu = $2 } /"usable_width"/ { usable = $2 }
		END { gsub("null", "-", iommu); gsub("null", "-", usable); gsub(",", "", iommu); gsub(",", "", usable)
			print iommu, usable }'
}

what_is_said "on nvme"
modprobe pasid_vfio_pci
modprobe vfio-pci
ok "the driver takes the function" bind "$bdf" pasid_vfio_pci
what_is_said "on pasid_vfio_pci"
ok "the feature has the width of both" says \
	"width=20 capabilities=3 enabled=3 iommu_width=$width reserved=0,0" ask "$bdf"
tells vpasid query "$bdf"
ok "query: $found" [ "$status" = "$found" ]
ok "the IOMMU's width is $width" shown "^$bdf +PF +pasid_vfio_pci +20 +yes +yes +yes +$width +vfio-feature"
[ "$width" != 0 ] || ok "query says why" says_none
tells vpasid query --json "$bdf"
ok "$width are usable" shown "\"usable_width\": $width,"
ok "open, PASID Control is 0007" says 0007 while_open "$bdf" "$TOKEN" setpci -s "$bdf" ECAP1b+6.w
tells vpasid try "$bdf"
ok "try: 1" [ "$status" = 1 ]
if [ "$width" = 0 ]; then
	ok "as there is none" shown "PASID 1 can't be attached: the IOMMU provides only PASID 0 for this function"
else
	ok "as this kernel attaches none" shown "PASID 1 can't be attached: this host has no iommufd"
fi
ok "stock vfio-pci has it" bind "$bdf" vfio-pci
tells vpasid query "$bdf"
ok "without the driver, nothing is known of the IOMMU" shown "^$bdf +PF +vfio-pci +20 +yes +yes +yes +- +sysfs"
ok "so query doesn't know whether any can be used" told "it is unknown whether the IOMMU provides PASIDs for it"
plan
