#!/bin/bash
# SPDX-License-Identifier: MIT
#
# A stock QEMU gives a guest the PASID capability where vpasid place says.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
. tests/qemu/machine.sh
in_vm qemu qemu_place.sh
