#!/bin/bash
# SPDX-License-Identifier: MIT
#
# A stock QEMU's vfio-user-pci has a real VFIO function through examples/proxy: its guest finds
# PASID where libvpasid has put it, and what it writes there stays off the hardware; registers,
# DMA and interrupts are the function's.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/lab/boot.sh
lab/inner-qemu || exit
copies=(--memory 1536 --copy build/inner-qemu --copy build/examples/proxy/proxy
	--copy build/tests/device/hostile)
in_vm example proxy.sh
