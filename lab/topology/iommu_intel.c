// SPDX-License-Identifier: GPL-2.0-only
/* Intel's VT-d, which has PASIDs in scalable mode. */
#include "iommu.h"

/* QEMU 7.2 has PASIDs of 1 bit; 11.1 as many as one asks for, by either stage's tables. */
static void print_device(const struct topology *topology, enum qemu_version version)
{
	const struct intel *intel = &topology->intel;
	const char *scalable_mode = intel->scalable ? "on" : "off";
	unsigned int pasid_bits = intel->scalable ? intel->pasid_bits : 0;

	printf("-device\nintel-iommu,intremap=on,");
	if (version == QEMU_7_2)
		printf("x-scalable-mode=%s,x-pasid-mode=%s\n", scalable_mode,
		       pasid_bits ? "on" : "off");
	else
		printf("scalable-mode=%s,fsts=%s,pasid-bits=%u\n", scalable_mode,
		       intel->scalable && intel->first_stage ? "on" : "off", pasid_bits);
}

const struct iommu_model iommu_intel = {
	.name = "intel",
	.cmdline = {
		[IOMMU_ON] = "intel_iommu=on,sm_on",
		[IOMMU_DEFAULT] = "",
		[IOMMU_LEGACY] = "intel_iommu=on,sm_off",
		[IOMMU_OFF] = "intel_iommu=off",
		[IOMMU_NONE] = "intel_iommu=off",
	},
	.print_device = print_device,
};
