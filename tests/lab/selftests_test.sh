#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The kernel's own VFIO selftests end on pasid_vfio_pci as on stock vfio-pci. Skipped
# where they can't be had; that they can't be built is a failure.
cd "$(dirname "$0")/../.." || exit
scripts/selftests
case $? in
0) ;;
125) echo "1..0 # SKIP no selftests: scripts/selftests says why"; exit ;;
*) exit 1 ;;
esac
. tests/lab/boot.sh
copies=(--copy build/selftests/bin)
guest default selftests.sh 0000:00:05.0
