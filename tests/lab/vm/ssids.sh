#!/bin/sh
# SPDX-License-Identifier: MIT
#
# ssids.sh FUNCTION WIDTH: what is reported of PASIDs of 20 bits and an SMMUv3 with SSIDs of WIDTH
# bits. Its driver enables PASID whatever the width is.
. tests/lab/vm/lib.sh
bdf=$1
width=$2

ok "the kernel has PASID enabled" says 0007 setpci -s "$bdf" ECAP1b+6.w
modprobe pasid_vfio_pci
ok "the driver takes the function" bind "$bdf" pasid_vfio_pci
ok "the feature has the width of both" says \
	"width=20 capabilities=3 enabled=3 iommu_width=$width reserved=0,0" ask "$bdf"
plan
