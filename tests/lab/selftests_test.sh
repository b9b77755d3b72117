#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The kernel's own VFIO selftests end as on stock vfio-pci, see LAB_DRIVER.
cd "$(dirname "$0")/../.." || exit
. tests/tap.sh
. tests/lab/boot.sh
needs "the kernel's selftests" tests/lab/selftests/build
copies=(--copy build/selftests/bin)
in_vm default selftests.sh 0000:00:05.0
