// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>

#include <vpasid/info.h>
#include <vpasid/iommu.h>

#include "argsz.h"
#include "iommufd_abi.h"

_Static_assert(sizeof(struct vpasid_iommu_abilities) == 32, "the size is ABI");

/* A field of a register. */
struct bits {
	const char *name;
	uint8_t reg, low, count;
};

/* A type of IOMMU. Its registers are what the kernel's struct ends with. */
struct type {
	const char *name;
	uint8_t first, size; /* in bytes: where the registers begin, and each of them */
	const char *const *regs;
	size_t reg_count;
	const struct bits *fields;
	size_t field_count;
	void (*get_abilities)(const struct type *type, const struct vpasid_iommu *iommu,
			      struct vpasid_iommu_abilities *abilities);
};

static uint64_t reg_value(const struct type *type, const struct vpasid_iommu *iommu, size_t reg)
{
	const uint8_t *data = iommu->data + type->first + reg * type->size;
	uint64_t value64;
	uint32_t value32;

	if (type->size == sizeof(value32)) {
		memcpy(&value32, data, sizeof(value32));
		return value32;
	}
	memcpy(&value64, data, sizeof(value64));
	return value64;
}

static uint64_t bits_value(const struct type *type, const struct vpasid_iommu *iommu,
			   const struct bits *bits)
{
	return reg_value(type, iommu, bits->reg) >> bits->low & ((1ull << bits->count) - 1);
}

/* By its name, which must be one of the table's. */
static unsigned int field(const struct type *type, const struct vpasid_iommu *iommu,
			  const char *name)
{
	const struct bits *bits = type->fields;

	while (strcmp(bits->name, name) != 0)
		bits++;
	return (unsigned int)bits_value(type, iommu, bits);
}

static uint8_t ability(bool can)
{
	return can ? VPASID_ABILITY_YES : VPASID_ABILITY_NO;
}

static uint8_t at_most_20(unsigned int width)
{
	return (uint8_t)(width < VPASID_MAX_WIDTH ? width : VPASID_MAX_WIDTH);
}

/* struct iommu_hw_info_vtd */
enum {
	CAP,
	ECAP
};

static const char *const vtd_regs[] = { [CAP] = "CAP", [ECAP] = "ECAP" };

static const struct bits vtd_fields[] = {
	{ "ND", CAP, 0, 3 },	 { "RWBF", CAP, 4, 1 },	    { "PLMR", CAP, 5, 1 },
	{ "PHMR", CAP, 6, 1 },	 { "CM", CAP, 7, 1 },	    { "SAGAW", CAP, 8, 5 },
	{ "MGAW", CAP, 16, 6 },	 { "ZLR", CAP, 22, 1 },	    { "SSLPS", CAP, 34, 4 },
	{ "PSI", CAP, 39, 1 },	 { "MAMV", CAP, 48, 6 },    { "DWD", CAP, 54, 1 },
	{ "DRD", CAP, 55, 1 },	 { "FS1GP", CAP, 56, 1 },   { "PI", CAP, 59, 1 },
	{ "FS5LP", CAP, 60, 1 }, { "ECMDS", CAP, 61, 1 },   { "C", ECAP, 0, 1 },
	{ "QI", ECAP, 1, 1 },	 { "DT", ECAP, 2, 1 },	    { "IR", ECAP, 3, 1 },
	{ "EIM", ECAP, 4, 1 },	 { "PT", ECAP, 6, 1 },	    { "SC", ECAP, 7, 1 },
	{ "MTS", ECAP, 25, 1 },	 { "NEST", ECAP, 26, 1 },   { "PRS", ECAP, 29, 1 },
	{ "ERS", ECAP, 30, 1 },	 { "SRS", ECAP, 31, 1 },    { "NWFS", ECAP, 33, 1 },
	{ "EAFS", ECAP, 34, 1 }, { "PSS", ECAP, 35, 5 },    { "PASID", ECAP, 40, 1 },
	{ "DIT", ECAP, 41, 1 },	 { "PDS", ECAP, 42, 1 },    { "SMTS", ECAP, 43, 1 },
	{ "VCS", ECAP, 44, 1 },	 { "SSADS", ECAP, 45, 1 },  { "SSTS", ECAP, 46, 1 },
	{ "FSTS", ECAP, 47, 1 }, { "SMPWCS", ECAP, 48, 1 }, { "RPS", ECAP, 49, 1 },
	{ "PMS", ECAP, 51, 1 },
};

/* As compute_vasz_lg2_ss() of the kernel's drivers/iommu/intel/iommu.c. */
static uint8_t vtd_stage2_width(const struct type *type, const struct vpasid_iommu *iommu)
{
	unsigned int mgaw = field(type, iommu, "MGAW") + 1, sagaw = field(type, iommu, "SAGAW");
	unsigned int levels = sagaw >= 1 << 3	? 57
			      : sagaw >= 1 << 2 ? 48
			      : sagaw >= 1 << 1 ? 39
						: 0;

	return (uint8_t)(mgaw < levels ? mgaw : levels);
}

static void vtd_abilities(const struct type *type, const struct vpasid_iommu *iommu,
			  struct vpasid_iommu_abilities *abilities)
{
	if (field(type, iommu, "PASID"))
		abilities->pasid_width = at_most_20(field(type, iommu, "PSS") + 1);
	abilities->stage1 = !!field(type, iommu, "FSTS");
	abilities->stage2 = !!field(type, iommu, "SSTS");
	abilities->nested = !!field(type, iommu, "NEST");
	if (abilities->stage1)
		abilities->stage1_width = field(type, iommu, "FS5LP") ? 57 : 48;
	abilities->stage2_width = vtd_stage2_width(type, iommu);
	abilities->ats = ability(field(type, iommu, "DT"));
	abilities->pri = ability(field(type, iommu, "PRS") && field(type, iommu, "PDS"));
	abilities->stage1_1gib = ability(field(type, iommu, "FS1GP"));
	abilities->coherent = ability(field(type, iommu, "SMPWCS"));
}

/* struct iommu_hw_info_arm_smmuv3 */
enum {
	IDR0,
	IDR1,
	IDR2,
	IDR3,
	IDR4,
	IDR5,
	IIDR,
	AIDR
};

static const char *const smmuv3_regs[] = {
	[IDR0] = "IDR0", [IDR1] = "IDR1", [IDR2] = "IDR2", [IDR3] = "IDR3",
	[IDR4] = "IDR4", [IDR5] = "IDR5", [IIDR] = "IIDR", [AIDR] = "AIDR",
};

static const struct bits smmuv3_fields[] = {
	{ "S2P", IDR0, 0, 1 },	       { "S1P", IDR0, 1, 1 },	    { "TTF", IDR0, 2, 2 },
	{ "COHACC", IDR0, 4, 1 },      { "BTM", IDR0, 5, 1 },	    { "HTTU", IDR0, 6, 2 },
	{ "HYP", IDR0, 9, 1 },	       { "ATS", IDR0, 10, 1 },	    { "NS1ATS", IDR0, 11, 1 },
	{ "ASID16", IDR0, 12, 1 },     { "MSI", IDR0, 13, 1 },	    { "SEV", IDR0, 14, 1 },
	{ "PRI", IDR0, 16, 1 },	       { "VMW", IDR0, 17, 1 },	    { "VMID16", IDR0, 18, 1 },
	{ "CD2L", IDR0, 19, 1 },       { "TTENDIAN", IDR0, 21, 2 }, { "STALL_MODEL", IDR0, 24, 2 },
	{ "TERM_MODEL", IDR0, 26, 1 }, { "ST_LEVEL", IDR0, 27, 2 }, { "SIDSIZE", IDR1, 0, 6 },
	{ "SSIDSIZE", IDR1, 6, 5 },    { "PRIQS", IDR1, 11, 5 },    { "EVENTQS", IDR1, 16, 5 },
	{ "CMDQS", IDR1, 21, 5 },      { "HAD", IDR3, 2, 1 },	    { "XNX", IDR3, 4, 1 },
	{ "PPS", IDR3, 5, 1 },	       { "FWB", IDR3, 8, 1 },	    { "STT", IDR3, 9, 1 },
	{ "RIL", IDR3, 10, 1 },	       { "BBML", IDR3, 11, 2 },	    { "OAS", IDR5, 0, 3 },
	{ "GRAN4K", IDR5, 4, 1 },      { "GRAN16K", IDR5, 5, 1 },   { "GRAN64K", IDR5, 6, 1 },
	{ "DS", IDR5, 7, 1 },	       { "VAX", IDR5, 10, 2 },	    { "STALL_MAX", IDR5, 16, 16 },
};

static void smmuv3_abilities(const struct type *type, const struct vpasid_iommu *iommu,
			     struct vpasid_iommu_abilities *abilities)
{
	static const uint8_t widths[] = { 32, 36, 40, 42, 44, 48, 52, 56 };

	abilities->pasid_width = at_most_20(field(type, iommu, "SSIDSIZE"));
	abilities->output_width = widths[field(type, iommu, "OAS")];
	abilities->stage1 = !!field(type, iommu, "S1P");
	abilities->stage2 = !!field(type, iommu, "S2P");
	abilities->nested = abilities->stage1 && abilities->stage2;
	if (abilities->stage1)
		abilities->stage1_width = field(type, iommu, "VAX") == 1 ? 52 : 48;
	if (abilities->stage2)
		abilities->stage2_width = abilities->output_width;
	abilities->ats = ability(field(type, iommu, "ATS"));
	abilities->pri = ability(field(type, iommu, "PRI"));
	abilities->stage1_1gib = ability(field(type, iommu, "GRAN4K"));
	abilities->coherent = ability(field(type, iommu, "COHACC"));
}

/* struct iommu_hw_info_amd */
enum {
	EFR,
	EFR2
};

static const char *const amd_regs[] = { [EFR] = "EFR", [EFR2] = "EFR2" };

static const struct bits amd_fields[] = {
	{ "PreFSup", EFR, 0, 1 },	 { "PPRSup", EFR, 1, 1 },	  { "XTSup", EFR, 2, 1 },
	{ "NXSup", EFR, 3, 1 },		 { "GTSup", EFR, 4, 1 },	  { "IASup", EFR, 6, 1 },
	{ "GASup", EFR, 7, 1 },		 { "HESup", EFR, 8, 1 },	  { "PCSup", EFR, 9, 1 },
	{ "HATS", EFR, 10, 2 },		 { "GATS", EFR, 12, 2 },	  { "GLXSup", EFR, 14, 2 },
	{ "GAMSup", EFR, 21, 3 },	 { "PASmax", EFR, 32, 5 },	  { "USSup", EFR, 37, 1 },
	{ "PPRAutoRspSup", EFR, 41, 1 }, { "BlkStopMrkSup", EFR, 44, 1 }, { "GIoSup", EFR, 48, 1 },
	{ "HASup", EFR, 49, 1 },	 { "EPHSup", EFR, 50, 1 },	  { "HDSup", EFR, 52, 1 },
	{ "SNPSup", EFR, 63, 1 },	 { "GCR3TRPMode", EFR2, 3, 1 },
};

/* HATS and GATS are 4, 5 or 6 levels of page tables, or reserved: HATS 3 is none. */
#define HATS_NONE 3

static const uint8_t amd_widths[] = { 48, 57, 64, 0 };

static void amd_abilities(const struct type *type, const struct vpasid_iommu *iommu,
			  struct vpasid_iommu_abilities *abilities)
{
	abilities->stage1 = !!field(type, iommu, "GTSup");
	abilities->stage2 = field(type, iommu, "HATS") != HATS_NONE;
	abilities->nested = abilities->stage1 && field(type, iommu, "GIoSup") &&
			    field(type, iommu, "GCR3TRPMode");
	if (abilities->stage1) {
		abilities->pasid_width = at_most_20(field(type, iommu, "PASmax"));
		abilities->stage1_width = amd_widths[field(type, iommu, "GATS")];
	}
	abilities->stage2_width = amd_widths[field(type, iommu, "HATS")];
	abilities->pri = ability(field(type, iommu, "PPRSup"));
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TYPE(name, first, size, kind)                                              \
	{                                                                          \
		name, first, size, kind##_regs, COUNT(kind##_regs), kind##_fields, \
			COUNT(kind##_fields), kind##_abilities                     \
	}

static const struct type types[] = {
	[VPASID_IOMMU_NONE] = { .name = "none" },
	[VPASID_IOMMU_INTEL_VTD] = TYPE("intel-vtd", 8, 8, vtd),
	[VPASID_IOMMU_ARM_SMMUV3] = TYPE("arm-smmuv3", 8, 4, smmuv3),
	[VPASID_IOMMU_AMD] = TYPE("amd", 0, 8, amd),
};

/* Clears what the caller has behind its argsz; @answer becomes an empty one with that. */
static int clear(struct vpasid_iommu *iommu, struct vpasid_iommu *answer)
{
	const uint32_t argsz = iommu ? iommu->argsz : 0;

	if (argsz < offsetof(struct vpasid_iommu, data))
		return -EINVAL;
	if (argsz > ARGSZ_MAX)
		return -E2BIG;
	memset(iommu, 0, argsz);
	iommu->argsz = argsz;
	*answer = (struct vpasid_iommu){ .argsz = argsz };
	return 0;
}

int vpasid_query_iommu(int iommufd, uint32_t dev_id, struct vpasid_iommu *iommu)
{
	struct vpasid_iommu answer;
	struct hw_info info = {
		.size = sizeof(info),
		.dev_id = dev_id,
		.data_len = sizeof(answer.data),
		.data_uptr = (uintptr_t)answer.data,
	};
	int ret = clear(iommu, &answer);

	if (ret)
		return ret;
	if (ioctl(iommufd, GET_HW_INFO, &info))
		return errno == ENOTTY ? -EOPNOTSUPP : -errno;

	answer.type = info.out_data_type;
	answer.length = info.data_len;
	memcpy(iommu, &answer, answer.argsz < sizeof(answer) ? answer.argsz : sizeof(answer));
	return 0;
}

const char *vpasid_iommu_type_name(unsigned int type)
{
	return type < COUNT(types) && types[type].name ? types[type].name : "unknown";
}

/* Takes the caller's struct and sets @type, or returns a negative errno. */
static int take_iommu(const struct vpasid_iommu *given, struct vpasid_iommu *iommu,
		      const struct type **type)
{
	int ret = take_struct(iommu, sizeof(*iommu), given);

	if (ret)
		return ret;
	if (iommu->type >= COUNT(types) || !types[iommu->type].reg_count)
		return -EOPNOTSUPP;
	*type = &types[iommu->type];
	return iommu->length < (*type)->first + (*type)->reg_count * (*type)->size ? -EPROTO : 0;
}

size_t vpasid_iommu_registers(const struct vpasid_iommu *given, struct vpasid_iommu_field *fields,
			      size_t count)
{
	struct vpasid_iommu iommu;
	const struct type *type;

	if (take_iommu(given, &iommu, &type))
		return 0;
	for (size_t i = 0; i < type->reg_count && i < count; i++)
		fields[i] = (struct vpasid_iommu_field){
			.reg = type->regs[i],
			.bits = (uint8_t)(type->size * 8),
			.value = reg_value(type, &iommu, i),
		};
	return type->reg_count;
}

static struct vpasid_iommu_field
make_field(const struct type *type, const struct vpasid_iommu *iommu, const struct bits *bits)
{
	return (struct vpasid_iommu_field){
		.reg = type->regs[bits->reg],
		.name = bits->name,
		.low = bits->low,
		.bits = bits->count,
		.value = bits_value(type, iommu, bits),
	};
}

size_t vpasid_iommu_fields(const struct vpasid_iommu *given, struct vpasid_iommu_field *fields,
			   size_t count)
{
	struct vpasid_iommu iommu;
	const struct type *type;

	if (take_iommu(given, &iommu, &type))
		return 0;
	for (size_t i = 0; i < type->field_count && i < count; i++)
		fields[i] = make_field(type, &iommu, &type->fields[i]);
	return type->field_count;
}

int vpasid_iommu_field_find(const struct vpasid_iommu *given, const char *name,
			    struct vpasid_iommu_field *field)
{
	struct vpasid_iommu iommu;
	const struct type *type;
	int ret = take_iommu(given, &iommu, &type);

	memset(field, 0, sizeof(*field));
	if (ret)
		return ret;
	for (size_t i = 0; i < type->field_count; i++) {
		if (strcmp(type->fields[i].name, name) != 0)
			continue;
		*field = make_field(type, &iommu, &type->fields[i]);
		return 0;
	}
	return -ENOENT;
}

int vpasid_iommu_decode(const struct vpasid_iommu *given, struct vpasid_iommu_abilities *abilities)
{
	struct vpasid_iommu iommu;
	const struct type *type;
	int ret = take_iommu(given, &iommu, &type);

	memset(abilities, 0, sizeof(*abilities));
	if (!ret)
		type->get_abilities(type, &iommu, abilities);
	return ret;
}
