#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Each access to config space does what it does on stock vfio-pci, unless it is to the PASID
# capability. ACCESSES says how many are made, SEED which ones.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
: "${ACCESSES:=100000}" "${SEED:=$RANDOM$RANDOM}"
in_vm default accesses.sh 0000:00:05.0 0x180 "$ACCESSES" "$SEED"
