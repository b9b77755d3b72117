// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/iommu.h>

#include "facts/iommu.h"
#include "facts/kernel.h"
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

static void read_intel(const char *sysfs, struct iommu *iommu)
{
	iommu->has_cap = read_numbers(sysfs, iommu, "intel-iommu/cap", &iommu->cap, NULL);
	iommu->has_registers =
		read_numbers(sysfs, iommu, "intel-iommu/ecap", &iommu->registers, NULL);
	/* as sm_supported() and pasid_supported() of drivers/iommu/intel/iommu.h */
	if ((iommu->registers & ECAP_SMTS) && (iommu->registers & ECAP_PASID))
		iommu->width = ECAP_PSS(iommu->registers) + 1;
}

/*
 * amd_iommu_show_features() of drivers/iommu/amd/init.c prints EFR2:EFR up to Linux 6.6, and
 * EFR:EFR2 since 6.7; the oldest print EFR alone. An IOMMU that has features has some in EFR, so
 * a number beside a 0 is EFR.
 */
static void read_amd(const char *sysfs, const char *release, struct iommu *iommu)
{
	enum fact efr_first = kernel_since(release, 6, 7);
	uint64_t first, second = 0;

	if (!read_numbers(sysfs, iommu, "amd-iommu/features", &first, &second))
		return;
	if (!first || !second || first == second) {
		iommu->registers = first ? first : second;
	} else if (efr_first == FACT_UNKNOWN) {
		iommu->is_ambiguous = true;
		return;
	} else {
		iommu->registers = efr_first == FACT_YES ? first : second;
	}
	iommu->has_registers = true;
	/*
	 * iommu_init_pci() of the same file counts 2^(PASmax + 1) - 1 PASIDs, one less than a
	 * width of PASmax + 1 has.
	 */
	if (iommu->registers & EFR_GTSUP)
		iommu->width = EFR_PASMAX(iommu->registers);
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
	if (!iommu->has_registers)
		iommu->registers = iommu->width = 0;
	if (!iommu->has_cap)
		iommu->cap = 0;
}

#define VTD_FIELDS 64

/* A field of Intel's CAP or ECAP, by the library's name for it; 0 if there is none. */
static unsigned int vtd_field(const struct iommu *iommu, const char *name)
{
	/* as struct iommu_hw_info_vtd: flags, 4 bytes of nothing, CAP, ECAP */
	const uint64_t data[] = { 0, iommu->cap, iommu->registers };
	struct vpasid_iommu_field fields[VTD_FIELDS];
	struct vpasid_iommu vtd = { .type = VPASID_IOMMU_INTEL_VTD, .length = sizeof(data) };
	size_t count;

	memcpy(vtd.data, data, sizeof(data));
	count = vpasid_iommu_fields(&vtd, fields, VTD_FIELDS);
	for (size_t i = 0; i < count && i < VTD_FIELDS; i++)
		if (!strcmp(fields[i].name, name))
			return (unsigned int)fields[i].value;
	return 0;
}

/* nested_supported() of the kernel's drivers/iommu/intel/iommu.h, and what both stages take. */
enum fact iommu_nests(const struct iommu *iommu, const char **lacks)
{
	static const char *const fields[] = { "NEST", "FSTS", "SSTS" };

	*lacks = NULL;
	if (iommu->kind != IOMMU_INTEL || !iommu->has_registers)
		return FACT_UNKNOWN;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (!vtd_field(iommu, fields[i])) {
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
	return fact_of(vtd_field(iommu, "FS1GP"));
}

/* As compute_vasz_lg2_ss() of the kernel's drivers/iommu/intel/iommu.c. */
bool iommu_address_bits(const struct iommu *iommu, unsigned int *bits)
{
	unsigned int mgaw = vtd_field(iommu, "MGAW") + 1, sagaw = vtd_field(iommu, "SAGAW");
	unsigned int levels = sagaw >= 1 << 3	? 57
			      : sagaw >= 1 << 2 ? 48
			      : sagaw >= 1 << 1 ? 39
						: 0;

	*bits = mgaw < levels ? mgaw : levels;
	return iommu->kind == IOMMU_INTEL && iommu->has_cap;
}
