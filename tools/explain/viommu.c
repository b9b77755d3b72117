// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include <vpasid/info.h>

#include "explain/viommu.h"

static enum viommu_kind kind_of(const struct function *function)
{
	if (!function->iommu)
		return VIOMMU_UNKNOWN;
	switch (function->iommu->kind) {
	case IOMMU_INTEL:
		return VIOMMU_INTEL;
	case IOMMU_SMMUV3:
		return VIOMMU_SMMUV3;
	default:
		return VIOMMU_NONE;
	}
}

struct viommu viommu_of(const struct function *function)
{
	struct viommu viommu = { .kind = kind_of(function) };

	if (viommu.kind != VIOMMU_INTEL)
		return viommu;
	viommu.pasid_bits = function->iommu->width;
	if (viommu.pasid_bits > VPASID_MAX_WIDTH)
		viommu.pasid_bits = VPASID_MAX_WIDTH;
	viommu.has_1gib_pages = iommu_has_1gib_pages(function->iommu) == FACT_YES;
	return viommu;
}

struct viommu viommu_common(const struct viommu *left, const struct viommu *right)
{
	struct viommu common = *left;

	if (left->kind != right->kind)
		common.kind = VIOMMU_NONE;
	if (right->pasid_bits < common.pasid_bits)
		common.pasid_bits = right->pasid_bits;
	common.has_1gib_pages &= right->has_1gib_pages;
	return common;
}

/*
 * scalable-mode and fsts have the guest's page tables walked by the host's IOMMU. caching-mode has
 * QEMU told of each mapping: without it QEMU aborts at the first one. Arm's SMMUv3 takes the width
 * of the host's by itself, which sysfs doesn't show.
 */
void viommu_format(const struct viommu *viommu, char *text, size_t size)
{
	if (viommu->kind == VIOMMU_INTEL)
		snprintf(text, size,
			 "intel-iommu,intremap=on,scalable-mode=on,fsts=on,pasid-bits=%u,"
			 "aw-bits=%d,fs1gp=%s,caching-mode=on",
			 viommu->pasid_bits, VIOMMU_ADDRESS_BITS,
			 viommu->has_1gib_pages ? "on" : "off");
	else
		snprintf(text, size, "arm-smmuv3,accel=on,ssidsize=auto");
}
