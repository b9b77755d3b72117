#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Random calls of VFIO and iommufd, by several processes with threads, while the functions are
# disturbed; see tests/lab/vm/long.h. MINUTES is how long, SEED determines the calls, PHASES has the
# drivers, with the guard (1) or without (0). LAB_LOG: a file for the kernel log. REPLAY="SEED
# GENERATION PROCESS THREAD NUMBER" makes only the calls of this program; a failed row prints these.
set -u
cd "$(dirname "$0")/../../.." || exit
. tests/lab/boot.sh
: "${MINUTES:=120}" "${SEED:=$RANDOM}"
: "${PHASES:=pasid_vfio_pci/1 vfio-pci/1 variant_vfio_pci/1 pasid_vfio_pci/0 vfio-pci/0}"
export LAB_TIMEOUT=$((MINUTES * 90 + 600))
copies=(${LAB_LOG:+--log "$LAB_LOG"})
if [[ ${REPLAY-} ]]; then
	# shellcheck disable=SC2086 # words
	in_vm storm long.sh 00:05.0 00:1c.0 00:1b.0 replay $REPLAY
	exit
fi
echo "  seed $SEED"
# shellcheck disable=SC2086 # words
in_vm storm long.sh 00:05.0 00:1c.0 00:1b.0 $((MINUTES * 60)) "$SEED" $PHASES
