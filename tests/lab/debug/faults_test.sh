#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Out of memory on the way to an answer: an error, and nothing else. Takes a kernel with
# fault injection.
cd "$(dirname "$0")/../../.." || exit
. tests/lab/boot.sh
guest default faults.sh 0000:00:05.0
