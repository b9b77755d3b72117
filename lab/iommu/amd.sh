# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# AMD's IOMMU. Debian's cloud kernels don't have its driver. See intel.sh.
# shellcheck source=lab/machines/pc.sh
. "$LAB/machines/pc.sh"
# shellcheck disable=SC2034 # for lab/lib.sh
FLAVOUR=-generic
