#!/bin/bash
# SPDX-License-Identifier: MIT
#
# 8 threads ask for PASID all the time while functions come, go, are reset and sleep, somebody
# unloads the module, and processes are killed. Each storm has ROUNDS rounds, or lasts 60 seconds
# if that is 60s; STORMS names some of them, if not all are to run.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
: "${ROUNDS:=4}" "${SEED:=$RANDOM}" "${STORMS:=}"
# shellcheck disable=SC2086 # names, separated by blanks
in_vm storm storm.sh 00:05.0 00:1c.0 00:1b.0 "$ROUNDS" "$SEED" $STORMS
