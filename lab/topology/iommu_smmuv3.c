// SPDX-License-Identifier: GPL-2.0-only
/* Arm's SMMUv3, which no QEMU has emulated with PASIDs: "substreams" to it. */
#include "iommu.h"

static void print_device(const struct topology *topology, enum qemu_version version)
{
	(void)topology;
	(void)version;
	printf("-machine\niommu=smmuv3\n");
}

const struct iommu_model iommu_smmuv3 = {
	.name = "smmuv3",
	.cmdline = {
		/* There is no mode to choose, and no word that keeps the driver out. */
		[IOMMU_ON] = "",
		[IOMMU_DEFAULT] = "",
		[IOMMU_NONE] = "",
	},
	.print_device = print_device,
};
