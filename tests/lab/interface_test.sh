#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The rules of the interface that no planted value changes.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
in_vm default interface.sh 0000:00:05.0 0000:00:06.0
