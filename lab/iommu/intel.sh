# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Intel's VT-d. lab/lib.sh's set_machine sources the file of the IOMMU; it says which machine
# QEMU emulates around it, what the kernel of any such machine is told, and by FLAVOUR which of
# Debian's kernels has its driver: that of lane 6.12 with --kernel 6.12 is lane 6.12$FLAVOUR.
# What differs from topology to topology is lab/topology's: iommu_intel.c there.
# shellcheck source=lab/machines/pc.sh
. "$LAB/machines/pc.sh"
# shellcheck disable=SC2034 # for lab/lib.sh
FLAVOUR=
