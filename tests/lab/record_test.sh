#!/bin/bash
# SPDX-License-Identifier: MIT
#
# vpasid record, of a live host.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
in_vm record record.sh 00:1c.0/00.0 00:05.0
