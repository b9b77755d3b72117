# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The machine that Intel's and AMD's IOMMUs are in; their files of lab/iommu/ source this.
# shellcheck disable=SC2034 # for lab/run

QEMU_PROGRAM=qemu-system-x86_64
QEMU_PACKAGE=qemu-system-x86

# Interrupt remapping needs the interrupt controller to be QEMU's. To a processor with ERMS and FSRM
# the kernel gives instructions that copy and clear byte by byte, and so are they emulated.
# shellcheck disable=SC2054 # the commas are QEMU's
MACHINE=(-machine q35,kernel-irqchip=split -cpu "max,-erms,-fsrm")

PARAMETERS=(
	console=ttyS0
	# the clock is this machine's, and no other that is emulated is better
	tsc=reliable
	# the emulated timer may be late
	no_timer_check
)

# The firmware of lab/run --uefi, which the trixie root has. Without it a BIOS starts the kernel.
UEFI=/usr/share/ovmf/OVMF.fd
