#!/bin/bash
# SPDX-License-Identifier: MIT
#
# But for the PASID capability, config space is as on stock vfio-pci, access by access.
# ACCESSES says how many, SEED which ones.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
: "${ACCESSES:=100000}" "${SEED:=$RANDOM$RANDOM}"
in_vm default accesses.sh 0000:00:05.0 0x180 "$ACCESSES" "$SEED"
