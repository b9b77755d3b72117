# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# AMD's IOMMU, whose driver Debian's kernels for clouds don't have. See intel.sh.
# shellcheck source=lab/machines/pc.sh
. "$LAB/machines/pc.sh"
# shellcheck disable=SC2034 # for lab/lib.sh
FLAVOUR=-generic
