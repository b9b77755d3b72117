# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The machine that an SMMUv3 is in. QEMU starts the kernel itself and gives it a device tree,
# unless MACHINE has firmware, too.
# shellcheck disable=SC2034 # for lab/run

FLAVOUR=-arm64
QEMU_PROGRAM=qemu-system-aarch64
QEMU_PACKAGE=qemu-system-arm

# Interrupts that VFIO takes for safe need the ITS of GICv3. Cortex-A76 is emulated three times as
# fast as max.
# shellcheck disable=SC2054 # the commas are QEMU's
MACHINE=(-machine "virt,gic-version=3" -cpu cortex-a76)

PARAMETERS=(console=ttyAMA0)
