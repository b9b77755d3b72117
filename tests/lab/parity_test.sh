#!/bin/bash
# SPDX-License-Identifier: MIT
#
# But for PASID, the answers are stock vfio-pci's.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
in_vm default parity.sh 0000:00:05.0
