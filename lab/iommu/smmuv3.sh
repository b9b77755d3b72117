# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Arm's SMMUv3, described by ACPI tables, as on servers. See intel.sh.
# shellcheck source=lab/machines/arm.sh
. "$LAB/machines/arm.sh"
# The firmware that Debian's package has, here and in the trixie root
MACHINE+=(-bios /usr/share/qemu-efi-aarch64/QEMU_EFI.fd)
