#!/bin/bash
# SPDX-License-Identifier: MIT
#
# All answers but PASID's are those of stock vfio-pci.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
in_vm default parity.sh 0000:00:05.0
