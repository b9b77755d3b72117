// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/iommu.h"
#include "facts/kernel.h"
#include "pci/bdf.h"
#include "support/sysfs.h"

const char *iommu_kind_name(enum iommu_kind kind)
{
	static const char *const names[] = {
		[IOMMU_OTHER] = "other", [IOMMU_INTEL] = "intel",   [IOMMU_AMD] = "amd",
		[IOMMU_SMMU] = "smmu",	 [IOMMU_SMMUV3] = "smmuv3",
	};

	return names[kind];
}

bool iommu_enables_unasked(const struct iommu *iommu)
{
	return iommu->kind == IOMMU_SMMUV3 || iommu->kind == IOMMU_OTHER;
}

/* Takes a number as %llx prints it; *@text then is what is behind it. */
static bool take_number(char **text, uint64_t *value)
{
	if (!isxdigit((unsigned char)**text) || !strncasecmp(*text, "0x", 2))
		return false;
	errno = 0;
	*value = strtoull(*text, text, 16);
	return !errno;
}

/* Reads a number, and a second one behind a colon where @second isn't NULL and there is one. */
static bool read_numbers(const char *sysfs, const struct iommu *iommu, const char *attribute,
			 uint64_t *value, uint64_t *second)
{
	struct path path = path_of("%s/class/iommu/%s/%s", sysfs, iommu->name, attribute);
	char text[64], *at = text;

	if (sysfs_read(path.text, text, sizeof(text)) <= 0 || !take_number(&at, value))
		return false;
	if (second && *at == ':') {
		at++;
		if (!take_number(&at, second))
			return false;
	}
	return !*at;
}

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* The drivers have different attributes, and give different names. */
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

bool iommu_has(const struct iommu *iommu, const char *field)
{
	struct vpasid_iommu_field found;

	return !vpasid_iommu_field_find(&iommu->registers, field, &found) && found.value;
}

/* As iommufd would hand them out. */
static void take_registers(enum vpasid_iommu_type type, const uint64_t *data, size_t size,
			   struct iommu *iommu)
{
	struct vpasid_iommu_abilities abilities;

	iommu->registers = (struct vpasid_iommu){
		.argsz = sizeof(iommu->registers),
		.type = type,
		.length = (uint32_t)size,
	};
	memcpy(iommu->registers.data, data, size);
	if (!vpasid_iommu_decode(&iommu->registers, &abilities))
		iommu->width = abilities.pasid_width;
}

/* As struct iommu_hw_info_vtd: flags, 4 bytes of nothing, CAP, ECAP */
static void read_intel(const char *sysfs, struct iommu *iommu)
{
	uint64_t data[3] = { 0 };

	iommu->has_cap = read_numbers(sysfs, iommu, "intel-iommu/cap", &data[1], NULL);
	if (!iommu->has_cap)
		data[1] = 0;
	iommu->has_registers = read_numbers(sysfs, iommu, "intel-iommu/ecap", &data[2], NULL);
	if (!iommu->has_registers)
		data[2] = 0;
	take_registers(VPASID_IOMMU_INTEL_VTD, data, sizeof(data), iommu);
	/* as sm_supported() and pasid_supported() of drivers/iommu/intel/iommu.h */
	if (!iommu_has(iommu, "SMTS"))
		iommu->width = 0;
}

/*
 * amd_iommu_show_features() of drivers/iommu/amd/init.c prints EFR2:EFR up to Linux 6.6, and
 * EFR:EFR2 since 6.7; the oldest print EFR alone. An IOMMU that has features has some in EFR, so
 * a number beside a 0 is EFR.
 */
static void read_amd(const char *sysfs, const char *release, struct iommu *iommu)
{
	enum fact efr_first = kernel_since(release, 6, 7);
	uint64_t first, second = 0, data[2] = { 0 }; /* as struct iommu_hw_info_amd */

	if (!read_numbers(sysfs, iommu, "amd-iommu/features", &first, &second))
		return;
	if (!first || !second || first == second) {
		data[0] = first ? first : second;
	} else if (efr_first == FACT_UNKNOWN) {
		iommu->is_ambiguous = true;
		return;
	} else {
		data[0] = efr_first == FACT_YES ? first : second;
		data[1] = efr_first == FACT_YES ? second : first;
	}
	iommu->has_registers = true;
	take_registers(VPASID_IOMMU_AMD, data, sizeof(data), iommu);
}

void iommu_read(const char *sysfs, const char *name, const char *release, struct iommu *iommu)
{
	*iommu = (struct iommu){ 0 };
	snprintf(iommu->name, sizeof(iommu->name), "%s", name);
	iommu->kind = find_kind(sysfs, name);
	if (iommu->kind == IOMMU_INTEL)
		read_intel(sysfs, iommu);
	else if (iommu->kind == IOMMU_AMD)
		read_amd(sysfs, release, iommu);
}

/* nested_supported() of the kernel's drivers/iommu/intel/iommu.h, and what both stages take. */
enum fact iommu_nests(const struct iommu *iommu, const char **lacks)
{
	static const char *const fields[] = { "NEST", "FSTS", "SSTS" };

	*lacks = NULL;
	if (iommu->kind != IOMMU_INTEL || !iommu->has_registers)
		return FACT_UNKNOWN;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (!iommu_has(iommu, fields[i])) {
			*lacks = fields[i];
			return FACT_NO;
		}
	}
	return FACT_YES;
}

enum fact iommu_has_1gib_pages(const struct iommu *iommu)
{
	if (iommu->kind != IOMMU_INTEL || !iommu->has_cap)
		return FACT_UNKNOWN;
	return fact_of(iommu_has(iommu, "FS1GP"));
}

bool iommu_address_bits(const struct iommu *iommu, unsigned int *bits)
{
	struct vpasid_iommu_abilities abilities;

	vpasid_iommu_decode(&iommu->registers, &abilities);
	*bits = abilities.stage2_width;
	return iommu->kind == IOMMU_INTEL && iommu->has_cap;
}
