// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/iommu.h"
#include "pci/bdf.h"
#include "support/sysfs.h"

#define ECAP_PSS(ecap)	((unsigned int)((ecap) >> 35 & 0x1f))
#define EFR_PASMAX(efr) ((unsigned int)((efr) >> 32 & 0x1f))

const char *iommu_kind_name(enum iommu_kind kind)
{
	static const char *const names[] = {
		[IOMMU_OTHER] = "other", [IOMMU_INTEL] = "intel",   [IOMMU_AMD] = "amd",
		[IOMMU_SMMU] = "smmu",	 [IOMMU_SMMUV3] = "smmuv3",
	};

	return names[kind];
}

/* The kernel writes them as %llx; AMD's has had a second number behind a colon since 6.7. */
static bool read_register(const char *sysfs, const struct iommu *iommu, const char *attribute,
			  uint64_t *value)
{
	struct path path = path_of("%s/class/iommu/%s/%s", sysfs, iommu->name, attribute);
	char text[64], *end;

	if (sysfs_read(path.text, text, sizeof(text)) <= 0 || !isxdigit((unsigned char)*text) ||
	    !strncasecmp(text, "0x", 2))
		return false;
	errno = 0;
	*value = strtoull(text, &end, 16);
	return !errno && (!*end || *end == ':');
}

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* By what the drivers show of it, or by the names that they give. */
static enum iommu_kind find_kind(const char *sysfs, const char *name)
{
	if (begins(name, "dmar") ||
	    sysfs_exists(path_of("%s/class/iommu/%s/intel-iommu", sysfs, name).text))
		return IOMMU_INTEL;
	if (begins(name, "ivhd") ||
	    sysfs_exists(path_of("%s/class/iommu/%s/amd-iommu", sysfs, name).text))
		return IOMMU_AMD;
	if (begins(name, "smmu3."))
		return IOMMU_SMMUV3;
	return begins(name, "smmu.") ? IOMMU_SMMU : IOMMU_OTHER;
}

/* As sm_supported() and pasid_supported() of the kernel's drivers/iommu/intel/iommu.h. */
static unsigned int intel_width(uint64_t ecap)
{
	return (ecap & ECAP_SMTS) && (ecap & ECAP_PASID) ? ECAP_PSS(ecap) + 1 : 0;
}

/*
 * The kernel's driver counts 2^(PASmax + 1) - 1 PASIDs (iommu_init_pci() of
 * drivers/iommu/amd/init.c), and all of a width are one more.
 */
static unsigned int amd_width(uint64_t efr)
{
	return efr & EFR_GTSUP ? EFR_PASMAX(efr) : 0;
}

void iommu_read(const char *sysfs, const char *name, struct iommu *iommu)
{
	*iommu = (struct iommu){ 0 };
	snprintf(iommu->name, sizeof(iommu->name), "%s", name);
	iommu->kind = find_kind(sysfs, name);
	if (iommu->kind == IOMMU_INTEL) {
		iommu->has_registers =
			read_register(sysfs, iommu, "intel-iommu/ecap", &iommu->registers);
		iommu->width = intel_width(iommu->registers);
	} else if (iommu->kind == IOMMU_AMD) {
		iommu->has_registers =
			read_register(sysfs, iommu, "amd-iommu/features", &iommu->registers);
		iommu->width = amd_width(iommu->registers);
	}
	if (!iommu->has_registers)
		iommu->registers = iommu->width = 0;
}
