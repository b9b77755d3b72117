#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Module, binding and device come and go, under an open device too.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
in_vm default lifecycle.sh 0000:00:05.0
