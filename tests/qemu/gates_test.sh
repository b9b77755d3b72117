#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What a stock QEMU asks for before a guest has PASID.
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
. tests/qemu/machine.sh
copies+=(--copy README.md)
in_vm qemu qemu_gates.sh
