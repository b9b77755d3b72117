// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/iommu.h"
#include "pci/bdf.h"
#include "support/sysfs.h"

/* Intel Virtualization Technology for Directed I/O, 11.4.3: Extended Capability Register */
#define ECAP_SMTS   (1ull << 43)
#define ECAP_PASID  (1ull << 40)
#define ECAP_PSS(e) ((unsigned int)((e) >> 35 & 0x1f))

/* AMD I/O Virtualization Technology, 3.4.2: Extended Feature Register */
#define EFR_GTSUP     (1ull << 4)
#define EFR_PASMAX(f) ((unsigned int)((f) >> 32 & 0x1f))

/* Hexadecimal without 0x; of two with a colon between them the first. */
static bool read_register(const char *sysfs, const struct iommu *iommu, const char *name,
			  uint64_t *value)
{
	struct path path = path_of("%s/class/iommu/%s/%s", sysfs, iommu->name, name);
	char text[64], *end;

	if (sysfs_read(path.text, text, sizeof(text)) <= 0)
		return false;
	errno = 0;
	*value = strtoull(text, &end, 16);
	return !errno && end != text && (!*end || *end == ':');
}

static void read_intel(const char *sysfs, struct iommu *iommu)
{
	iommu->kind = IOMMU_INTEL;
	iommu->is_known = read_register(sysfs, iommu, "intel-iommu/cap", &iommu->capabilities) &&
			  read_register(sysfs, iommu, "intel-iommu/ecap", &iommu->extended);
	iommu->has_pasid = (iommu->extended & ECAP_SMTS) && (iommu->extended & ECAP_PASID);
	iommu->max_width = ECAP_PSS(iommu->extended) + 1;
}

static void read_amd(const char *sysfs, struct iommu *iommu)
{
	iommu->kind = IOMMU_AMD;
	iommu->is_known = read_register(sysfs, iommu, "amd-iommu/features", &iommu->capabilities);
	iommu->has_pasid = iommu->capabilities & EFR_GTSUP;
	iommu->max_width = EFR_PASMAX(iommu->capabilities) + 1;
}

void iommu_read(const char *sysfs, const char *name, struct iommu *iommu)
{
	memset(iommu, 0, sizeof(*iommu));
	snprintf(iommu->name, sizeof(iommu->name), "%s", name);
	if (sysfs_exists(path_of("%s/class/iommu/%s/intel-iommu", sysfs, name).text))
		read_intel(sysfs, iommu);
	else if (sysfs_exists(path_of("%s/class/iommu/%s/amd-iommu", sysfs, name).text))
		read_amd(sysfs, iommu);

	if (!iommu->is_known || !iommu->has_pasid) {
		iommu->has_pasid = false;
		iommu->max_width = 0;
	}
}

int iommu_name_of(const char *sysfs, const char *bdf, char *name, unsigned int size)
{
	int ret = sysfs_link_name(pci_path(sysfs, bdf, "iommu").text, name, size);

	return ret == -ENOENT ? 0 : ret;
}
