#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The answers about PASID are of the moment: beside PASID Control, from VFIO's claim to page
# tables for PASIDs. On AMD's IOMMU, whose driver switches PASID, unless LAB_IOMMU says another;
# there with iommu=pt alone, too.
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh
export LAB_IOMMU=${LAB_IOMMU:-amd}

rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
topologies=(moment)
[[ $LAB_IOMMU != amd ]] || topologies+=(moment-pt)
for topology in "${topologies[@]}"; do
	in_vm "$topology" moment.sh 00:05.0 00:06.0 >"$rows"
	relay "$rows" "$topology"
done
plan
