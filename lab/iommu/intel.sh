# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Intel's VT-d. set_machine of lab/lib.sh sources the file of the IOMMU. It has the machine that QEMU
# emulates, the parameters of the kernel, and in FLAVOUR which of Debian's kernels has the driver: for
# --kernel 6.12, the lane is 6.12$FLAVOUR. lab/topology has the parts that depend on the topology:
# iommu_intel.c.
# shellcheck source=lab/machines/pc.sh
. "$LAB/machines/pc.sh"
# shellcheck disable=SC2034 # for lab/lib.sh
FLAVOUR=
