#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Behind an IOMMU with PASID 0 alone, as AMD's can be, no PASID can be used, says everybody.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
export LAB_IOMMU=amd
in_vm one-pasid one_pasid.sh 00:05.0
