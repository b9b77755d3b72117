#!/bin/bash
# SPDX-License-Identifier: MIT
#
# vpasid list, on a live host.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
in_vm default list.sh 0000:00:05.0 0000:00:06.0
