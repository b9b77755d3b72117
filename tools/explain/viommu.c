// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include <vpasid/info.h>

#include "explain/viommu.h"

enum viommu_kind viommu_kind(const struct iommu *iommu)
{
	if (!iommu)
		return VIOMMU_UNKNOWN;
	switch (iommu->kind) {
	case IOMMU_INTEL:
		return VIOMMU_INTEL;
	case IOMMU_SMMUV3:
		return VIOMMU_SMMUV3;
	default:
		return VIOMMU_NONE;
	}
}

enum fact viommu_has_ats(const struct function *function)
{
	const struct iommu *iommu = function->iommu;

	if (function->ats.there != FACT_YES)
		return function->ats.there;
	if (!iommu || iommu->kind != IOMMU_INTEL || !iommu->has_registers)
		return FACT_UNKNOWN;
	return fact_of(iommu_has(iommu, "DT"));
}

struct viommu viommu_of(const struct function *function)
{
	struct viommu viommu = { .kind = viommu_kind(function->iommu) };

	if (viommu.kind != VIOMMU_INTEL)
		return viommu;
	viommu.pasid_bits = function->iommu->width;
	if (viommu.pasid_bits > VPASID_MAX_WIDTH)
		viommu.pasid_bits = VPASID_MAX_WIDTH;
	viommu.has_1gib_pages = iommu_has_1gib_pages(function->iommu) == FACT_YES;
	viommu.has_device_iotlb = viommu_has_ats(function) == FACT_YES;
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
	common.has_device_iotlb |= right->has_device_iotlb;
	return common;
}

/*
 * With scalable-mode and fsts, the host's IOMMU walks the guest's page tables. With caching-mode,
 * QEMU is notified of each mapping: without it, QEMU aborts at the first one. With device-iotlb, a
 * guest's driver can use ATS, which sharing a process's address space requires. Arm's SMMUv3 uses
 * the width of the host's by itself; sysfs doesn't show that width.
 */
void viommu_format(const struct viommu *viommu, char *text, size_t size)
{
	if (viommu->kind == VIOMMU_INTEL)
		snprintf(text, size,
			 "intel-iommu,intremap=on,scalable-mode=on,fsts=on,pasid-bits=%u,"
			 "aw-bits=%d,fs1gp=%s,caching-mode=on%s",
			 viommu->pasid_bits, VIOMMU_ADDRESS_BITS,
			 viommu->has_1gib_pages ? "on" : "off",
			 viommu->has_device_iotlb ? ",device-iotlb=on" : "");
	else
		snprintf(text, size, "arm-smmuv3,accel=on,ssidsize=auto");
}
