// SPDX-License-Identifier: GPL-2.0-or-later
/* The IOMMU that covers a function. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "facts/internal.h"
#include "support/sysfs.h"

/* The kernel writes them as %llx; AMD's has had a second number behind a colon since 6.7. */
static bool read_register(const char *path, uint64_t *value)
{
	char text[64], *end;

	if (sysfs_read(path, text, sizeof(text)) <= 0 ||
	    strspn(text, "0123456789abcdef:x") != strlen(text))
		return false;
	errno = 0;
	*value = strtoull(text, &end, 16);
	return !errno && end != text && (!*end || *end == ':');
}

static void read_registers(const char *sysfs, const char *attribute, struct explain_iommu *iommu)
{
	struct path path = path_of("%s/class/iommu/%s/%s", sysfs, iommu->name, attribute);

	iommu->has_registers =
		read_register(path.text, &iommu->capabilities) ? FACT_YES : FACT_UNKNOWN;
}

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* By what the drivers show of it, or by the names that they give. */
static void read_kind(const char *sysfs, struct explain_iommu *iommu)
{
	const char *name = iommu->name;

	if (sysfs_exists(path_of("%s/class/iommu/%s/intel-iommu", sysfs, name).text) ||
	    begins(name, "dmar")) {
		iommu->kind = EXPLAIN_IOMMU_INTEL;
		read_registers(sysfs, "intel-iommu/ecap", iommu);
	} else if (sysfs_exists(path_of("%s/class/iommu/%s/amd-iommu", sysfs, name).text) ||
		   begins(name, "ivhd")) {
		iommu->kind = EXPLAIN_IOMMU_AMD;
		read_registers(sysfs, "amd-iommu/features", iommu);
	} else if (begins(name, "smmu3.")) {
		iommu->kind = EXPLAIN_IOMMU_SMMUV3;
	} else if (begins(name, "smmu.")) {
		iommu->kind = EXPLAIN_IOMMU_SMMU;
	}
}

static void read_missing(const char *sysfs, struct explain_iommu *iommu)
{
	static const char *const names[] = { "DMAR", "IVRS", "IORT", "VIOT" };
	struct path classes = path_of("%s/class/iommu", sysfs);
	struct path tables = path_of("%s/firmware/acpi/tables", sysfs);
	char name[64];

	if (sysfs_exists(classes.text))
		iommu->others =
			sysfs_entry(classes.text, "", name, sizeof(name)) ? FACT_NO : FACT_YES;
	if (!sysfs_exists(tables.text))
		return;
	iommu->tables = FACT_YES;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !iommu->table; i++)
		if (sysfs_exists(path_of("%s/%s", tables.text, names[i]).text))
			iommu->table = names[i];
}

void explain_read_iommu(const char *sysfs, enum explain_source source,
			const struct pci_function *function, struct explain_iommu *iommu)
{
	struct path link = pci_path(sysfs, function->bdf.text, "iommu");

	memcpy(iommu->group, function->iommu_group, sizeof(iommu->group));
	if (*iommu->group)
		sysfs_read(path_of("%s/kernel/iommu_groups/%s/type", sysfs, iommu->group).text,
			   iommu->domain, sizeof(iommu->domain));
	if (!sysfs_link_name(link.text, iommu->name, sizeof(iommu->name)) && *iommu->name != '.') {
		iommu->covers = FACT_YES;
		read_kind(sysfs, iommu);
		return;
	}
	iommu->name[0] = '\0';
	read_missing(sysfs, iommu);
	/* A recording may have left all of it out. */
	if (source == EXPLAIN_HOST || iommu->others != FACT_UNKNOWN)
		iommu->covers = FACT_NO;
}
