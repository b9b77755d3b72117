# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Arm's SMMUv3, described by a device tree, as on small machines. See intel.sh.
# shellcheck source=lab/machines/arm.sh
. "$LAB/machines/arm.sh"
# shellcheck disable=SC2034 # for lab/run
IOMMU_MODEL=smmuv3
