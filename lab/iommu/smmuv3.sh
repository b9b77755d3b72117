# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Arm's SMMUv3. See intel.sh.
die "$EXIT_USAGE" "--iommu smmuv3: the lab doesn't have it yet; write intel or amd"
