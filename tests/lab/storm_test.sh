#!/bin/bash
# SPDX-License-Identifier: MIT
#
# 8 threads ask for PASID all the time while functions come, go, are reset and sleep, the
# module is to be unloaded, and processes are killed. ROUNDS of each storm; SEED; STORMS
# are their names, for a few of them.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
: "${ROUNDS:=4}" "${SEED:=$RANDOM}" "${STORMS:=}"
# shellcheck disable=SC2086 # names, separated by blanks
in_vm storm storm.sh 00:05.0 00:1c.0 00:1b.0 "$ROUNDS" "$SEED" $STORMS
