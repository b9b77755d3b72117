#!/bin/bash
# SPDX-License-Identifier: MIT
#
# VFIO_DEVICE_FEATURE with arguments that no decent program passes, and with some that change
# during the call. CALLS says how many, SEED which ones.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
: "${CALLS:=40000}" "${SEED:=$RANDOM}"
in_vm default malformed.sh 0000:00:05.0 "$CALLS" "$SEED"
