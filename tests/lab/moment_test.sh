#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The answers about PASID are of the moment: beside PASID Control, from VFIO's claim to page
# tables for PASIDs. On AMD's IOMMU, whose driver switches PASID, unless LAB_IOMMU says another.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
export LAB_IOMMU=${LAB_IOMMU:-amd}
in_vm moment moment.sh 00:05.0 00:06.0
