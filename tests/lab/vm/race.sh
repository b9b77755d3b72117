#!/bin/sh
# SPDX-License-Identifier: MIT
#
# race.sh PF: makes a data race in the kernel, which KCSAN must report, on a file of the planter.
. tests/lab/vm/lib.sh

ok "a race for a minute" racer "$PLANTER/0000:$1/asleep" 60
echo N >"$PLANTER/0000:$1/asleep"
plan
