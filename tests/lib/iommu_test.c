// SPDX-License-Identifier: MIT
/*
 * vpasid/iommu.h: registers of IOMMUs that the lab has and hasn't. The values of fields were taken
 * from the specifications by hand.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <vpasid/iommu.h>

#define MAX 64

static struct vpasid_iommu made_of_64(uint32_t type, uint32_t at, uint64_t first, uint64_t second)
{
	struct vpasid_iommu iommu = { .argsz = sizeof(iommu), .type = type, .length = at + 16 };

	memcpy(iommu.data + at, &first, sizeof(first));
	memcpy(iommu.data + at + 8, &second, sizeof(second));
	return iommu;
}

static struct vpasid_iommu vtd(uint64_t cap, uint64_t ecap)
{
	return made_of_64(VPASID_IOMMU_INTEL_VTD, 8, cap, ecap);
}

static struct vpasid_iommu amd(uint64_t efr, uint64_t efr2)
{
	return made_of_64(VPASID_IOMMU_AMD, 0, efr, efr2);
}

static struct vpasid_iommu smmuv3(const uint32_t regs[8])
{
	struct vpasid_iommu iommu = { sizeof(iommu), VPASID_IOMMU_ARM_SMMUV3, 40, { 0 } };

	memcpy(iommu.data + 8, regs, 32);
	return iommu;
}

/* "REG.NAME", or "REG" for the register itself. */
static uint64_t value_of(const struct vpasid_iommu *iommu, const char *name)
{
	struct vpasid_iommu_field fields[2 * MAX];
	size_t registers = vpasid_iommu_registers(iommu, fields, MAX);
	size_t count = registers + vpasid_iommu_fields(iommu, fields + registers, MAX);
	size_t length = strcspn(name, ".");

	assert_true(registers <= MAX && count - registers <= MAX);
	for (size_t i = 0; i < count; i++) {
		if (strlen(fields[i].reg) != length || strncmp(fields[i].reg, name, length) != 0)
			continue;
		if (name[length] ? fields[i].name && !strcmp(fields[i].name, name + length + 1)
				 : !fields[i].name)
			return fields[i].value;
	}
	fail_msg("there is no %s", name);
	return 0;
}

static struct vpasid_iommu_abilities decoded(struct vpasid_iommu iommu)
{
	struct vpasid_iommu_abilities abilities;

	memset(&abilities, 0xa5, sizeof(abilities));
	assert_int_equal(vpasid_iommu_decode(&iommu, &abilities), 0);
	return abilities;
}

static void assert_abilities(struct vpasid_iommu iommu, unsigned int pasid_width,
			     unsigned int output_width, unsigned int stage1, unsigned int stage2,
			     unsigned int nested)
{
	const struct vpasid_iommu_abilities abilities = decoded(iommu);

	assert_int_equal(abilities.pasid_width, pasid_width);
	assert_int_equal(abilities.output_width, output_width);
	assert_int_equal(abilities.stage1, stage1);
	assert_int_equal(abilities.stage2, stage2);
	assert_int_equal(abilities.nested, nested);
}

/* Made up: one with PASIDs of 20 bits and both stages, and one with 1 bit and the second alone */
#define BOTH_CAP    0x19ed008c40780c66
#define BOTH_ECAP   0x0000c99804f00fde
#define SECOND_CAP  0x00d2008c22260286
#define SECOND_ECAP 0x0000490000f00f5e

static void test_vtd(void **state)
{
	const struct vpasid_iommu both = vtd(BOTH_CAP, BOTH_ECAP);
	const struct vpasid_iommu second = vtd(SECOND_CAP, SECOND_ECAP);

	(void)state;
	assert_int_equal(value_of(&both, "CAP"), BOTH_CAP);
	assert_int_equal(value_of(&both, "ECAP"), BOTH_ECAP);
	assert_int_equal(value_of(&both, "CAP.ND"), 6);
	assert_int_equal(value_of(&both, "CAP.SAGAW"), 0x0c);
	assert_int_equal(value_of(&both, "CAP.MGAW"), 56);
	assert_int_equal(value_of(&both, "ECAP.PSS"), 19);
	assert_int_equal(value_of(&second, "CAP.CM"), 1);
	assert_int_equal(value_of(&second, "ECAP.PSS"), 0);
	assert_int_equal(value_of(&second, "ECAP.PASID"), 1);
	assert_int_equal(value_of(&second, "ECAP.SMTS"), 1);
	assert_int_equal(value_of(&second, "ECAP.SSTS"), 1);
	assert_int_equal(value_of(&second, "ECAP.FSTS"), 0);
	assert_abilities(both, 20, 0, 1, 1, 1);
	assert_abilities(second, 1, 0, 0, 1, 0);

	/* bit by bit */
	assert_abilities(vtd(0, 0), 0, 0, 0, 0, 0);
	assert_abilities(vtd(0, 19ull << 35), 0, 0, 0, 0, 0);
	assert_abilities(vtd(0, 19ull << 35 | 1ull << 40), 20, 0, 0, 0, 0);
	assert_abilities(vtd(0, 31ull << 35 | 1ull << 40), 20, 0, 0, 0, 0);
	assert_abilities(vtd(0, 1ull << 47), 0, 0, 1, 0, 0);
	assert_abilities(vtd(0, 1ull << 46), 0, 0, 0, 1, 0);
	assert_abilities(vtd(0, 1ull << 26), 0, 0, 0, 0, 1);
}

static void test_smmuv3(void **state)
{
	/* two stages, 20 bits of SSID, 48 bits of output */
	static const uint32_t regs[8] = { 0x080fe6bf, 0x0e739d20, 0,	    0x1714,
					  0,	      0x01000075, 0x48731b, 0x3 };
	const struct vpasid_iommu iommu = smmuv3(regs);

	(void)state;
	assert_int_equal(value_of(&iommu, "IDR1"), regs[1]);
	assert_int_equal(value_of(&iommu, "IIDR"), 0x48731b);
	assert_int_equal(value_of(&iommu, "AIDR"), 3);
	assert_int_equal(value_of(&iommu, "IDR0.S1P"), 1);
	assert_int_equal(value_of(&iommu, "IDR0.TTF"), 3);
	assert_int_equal(value_of(&iommu, "IDR0.ST_LEVEL"), 1);
	assert_int_equal(value_of(&iommu, "IDR1.SIDSIZE"), 32);
	assert_int_equal(value_of(&iommu, "IDR1.SSIDSIZE"), 20);
	assert_int_equal(value_of(&iommu, "IDR3.RIL"), 1);
	assert_int_equal(value_of(&iommu, "IDR3.BBML"), 2);
	assert_int_equal(value_of(&iommu, "IDR5.OAS"), 5);
	assert_int_equal(value_of(&iommu, "IDR5.GRAN64K"), 1);
	assert_int_equal(value_of(&iommu, "IDR5.STALL_MAX"), 0x100);
	assert_abilities(iommu, 20, 48, 1, 1, 1);

	assert_abilities(smmuv3((const uint32_t[8]){ 1 }), 0, 32, 0, 1, 0);
	assert_abilities(smmuv3((const uint32_t[8]){ 2 }), 0, 32, 1, 0, 0);
	for (uint32_t size = 0; size < 32; size++)
		assert_abilities(smmuv3((const uint32_t[8]){ [1] = size << 6 }),
				 size < 20 ? size : 20, 32, 0, 0, 0);
	for (uint32_t oas = 0; oas < 8; oas++) {
		static const uint8_t widths[] = { 32, 36, 40, 42, 44, 48, 52, 56 };

		assert_abilities(smmuv3((const uint32_t[8]){ [5] = oas }), 0, widths[oas], 0, 0, 0);
	}
}

static void test_amd(void **state)
{
	/* as the lab's machine has it */
	const struct vpasid_iommu iommu = amd(0x5000f000059d3, 0x8);

	(void)state;
	assert_int_equal(value_of(&iommu, "EFR"), 0x5000f000059d3);
	assert_int_equal(value_of(&iommu, "EFR2"), 8);
	assert_int_equal(value_of(&iommu, "EFR.PPRSup"), 1);
	assert_int_equal(value_of(&iommu, "EFR.GTSup"), 1);
	assert_int_equal(value_of(&iommu, "EFR.HATS"), 2);
	assert_int_equal(value_of(&iommu, "EFR.GATS"), 1);
	assert_int_equal(value_of(&iommu, "EFR.GLXSup"), 1);
	assert_int_equal(value_of(&iommu, "EFR.PASmax"), 15);
	assert_int_equal(value_of(&iommu, "EFR.GIoSup"), 1);
	assert_int_equal(value_of(&iommu, "EFR.EPHSup"), 1);
	assert_int_equal(value_of(&iommu, "EFR2.GCR3TRPMode"), 1);
	assert_abilities(iommu, 15, 0, 1, 1, 1);

	assert_abilities(amd(0x50000000009d3, 0x8), 0, 0, 1, 1, 1);  /* PASmax 0 */
	assert_abilities(amd(0x5001f000059d3, 0x8), 20, 0, 1, 1, 1); /* PASmax 31 */
	assert_abilities(amd(0x5000f000059c3, 0x8), 0, 0, 0, 1, 0);  /* without GTSup */
	assert_abilities(amd(0x4000f000059d3, 0x8), 15, 0, 1, 1, 0); /* without GIoSup */
	assert_abilities(amd(0x5000f000059d3, 0), 15, 0, 1, 1, 0);
	assert_abilities(amd(0x5000f00005dd3, 0x8), 15, 0, 1, 0, 1); /* HATS 3 */
}

/* Fields don't overlap, are within their register, and can be told by their name. */
static void test_tables(void **state)
{
	static const struct vpasid_iommu types[] = {
		{ sizeof(types[0]), VPASID_IOMMU_INTEL_VTD, 24, { 0 } },
		{ sizeof(types[0]), VPASID_IOMMU_ARM_SMMUV3, 40, { 0 } },
		{ sizeof(types[0]), VPASID_IOMMU_AMD, 16, { 0 } },
	};
	struct vpasid_iommu_field fields[MAX];

	(void)state;
	for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++) {
		size_t count = vpasid_iommu_fields(&types[t], fields, MAX);

		assert_in_range(count, 20, MAX);
		for (size_t i = 1; i < count; i++) {
			const struct vpasid_iommu_field *before = &fields[i - 1];

			assert_true(strcmp(before->reg, fields[i].reg) != 0 ||
				    before->low + before->bits <= fields[i].low);
			assert_true(fields[i].low + fields[i].bits <=
				    (types[t].type == VPASID_IOMMU_ARM_SMMUV3 ? 32 : 64));
			for (size_t j = 0; j < i; j++)
				assert_string_not_equal(fields[i].name, fields[j].name);
		}
	}
}

/* "EFR PreFSup 0, HATS 11:10,": a line for each register, a field's highest bit and its lowest */
static void list_fields(const struct vpasid_iommu *iommu, char *text)
{
	struct vpasid_iommu_field fields[MAX];
	size_t count = vpasid_iommu_fields(iommu, fields, MAX);
	const char *reg = "";

	for (size_t i = 0; i < count; i++) {
		const struct vpasid_iommu_field *field = &fields[i];

		if (strcmp(reg, field->reg) != 0)
			text += sprintf(text, "%s%s", *reg ? "\n" : "", field->reg);
		reg = field->reg;
		text += sprintf(text, " %s ", field->name);
		if (field->bits != 1)
			text += sprintf(text, "%u:", field->low + field->bits - 1u);
		text += sprintf(text, "%u,", field->low);
	}
	sprintf(text, "\n");
}

/* Where the specifications have the fields */
static void test_positions(void **state)
{
	static const struct {
		struct vpasid_iommu iommu;
		const char *text;
	} rows[] = {
		{ { sizeof(rows[0].iommu), VPASID_IOMMU_INTEL_VTD, 24, { 0 } },
		  "CAP ND 2:0, RWBF 4, PLMR 5, PHMR 6, CM 7, SAGAW 12:8, MGAW 21:16, ZLR 22,"
		  " SSLPS 37:34, PSI 39, MAMV 53:48, DWD 54, DRD 55, FS1GP 56, PI 59, FS5LP 60,"
		  " ECMDS 61,\n"
		  "ECAP C 0, QI 1, DT 2, IR 3, EIM 4, PT 6, SC 7, MTS 25, NEST 26, PRS 29, ERS 30,"
		  " SRS 31, NWFS 33, EAFS 34, PSS 39:35, PASID 40, DIT 41, PDS 42, SMTS 43,"
		  " VCS 44, SSADS 45, SSTS 46, FSTS 47, SMPWCS 48, RPS 49, PMS 51,\n" },
		{ { sizeof(rows[0].iommu), VPASID_IOMMU_ARM_SMMUV3, 40, { 0 } },
		  "IDR0 S2P 0, S1P 1, TTF 3:2, COHACC 4, BTM 5, HTTU 7:6, HYP 9, ATS 10,"
		  " NS1ATS 11, ASID16 12, MSI 13, SEV 14, PRI 16, VMW 17, VMID16 18, CD2L 19,"
		  " TTENDIAN 22:21, STALL_MODEL 25:24, TERM_MODEL 26, ST_LEVEL 28:27,\n"
		  "IDR1 SIDSIZE 5:0, SSIDSIZE 10:6, PRIQS 15:11, EVENTQS 20:16, CMDQS 25:21,\n"
		  "IDR3 HAD 2, XNX 4, PPS 5, FWB 8, STT 9, RIL 10, BBML 12:11,\n"
		  "IDR5 OAS 2:0, GRAN4K 4, GRAN16K 5, GRAN64K 6, DS 7, VAX 11:10, STALL_MAX 31:16,\n" },
		{ { sizeof(rows[0].iommu), VPASID_IOMMU_AMD, 16, { 0 } },
		  "EFR PreFSup 0, PPRSup 1, XTSup 2, NXSup 3, GTSup 4, IASup 6, GASup 7, HESup 8,"
		  " PCSup 9, HATS 11:10, GATS 13:12, GLXSup 15:14, GAMSup 23:21, PASmax 36:32,"
		  " USSup 37, PPRAutoRspSup 41, BlkStopMrkSup 44, GIoSup 48, HASup 49, EPHSup 50,"
		  " HDSup 52, SNPSup 63,\n"
		  "EFR2 GCR3TRPMode 3,\n" },
	};
	char text[2048];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		list_fields(&rows[i].iommu, text);
		assert_string_equal(text, rows[i].text);
	}
}

static void test_room(void **state)
{
	const struct vpasid_iommu iommu = vtd(SECOND_CAP, SECOND_ECAP);
	struct vpasid_iommu_field fields[3] = { 0 };
	size_t count;

	(void)state;
	count = vpasid_iommu_fields(&iommu, fields, 2);
	assert_true(count > 2);
	assert_string_equal(fields[1].name, "RWBF");
	assert_null(fields[2].name);
	assert_int_equal(vpasid_iommu_fields(&iommu, NULL, 0), count);
	memset(fields, 0, sizeof(fields));
	assert_int_equal(vpasid_iommu_registers(&iommu, fields, 1), 2);
	assert_string_equal(fields[0].reg, "CAP");
	assert_null(fields[1].reg);
}

/* What SVA takes besides, each by its bit alone. */

static void assert_sva(struct vpasid_iommu iommu, unsigned int ats, unsigned int pri,
		       unsigned int stage1_1gib, unsigned int coherent)
{
	const struct vpasid_iommu_abilities abilities = decoded(iommu);

	assert_int_equal(abilities.ats, ats);
	assert_int_equal(abilities.pri, pri);
	assert_int_equal(abilities.stage1_1gib, stage1_1gib);
	assert_int_equal(abilities.coherent, coherent);
}

#define NO	VPASID_ABILITY_NO
#define YES	VPASID_ABILITY_YES
#define UNKNOWN VPASID_ABILITY_UNKNOWN

static void test_sva(void **state)
{
	(void)state;
	assert_sva(vtd(0, 0), NO, NO, NO, NO);
	assert_sva(vtd(0, 1ull << 2), YES, NO, NO, NO);
	assert_sva(vtd(0, 1ull << 29), NO, NO, NO, NO);
	assert_sva(vtd(0, 1ull << 42), NO, NO, NO, NO);
	assert_sva(vtd(0, 1ull << 29 | 1ull << 42), NO, YES, NO, NO);
	assert_sva(vtd(1ull << 56, 0), NO, NO, YES, NO);
	assert_sva(vtd(0, 1ull << 48), NO, NO, NO, YES);

	assert_sva(smmuv3((const uint32_t[8]){ 0 }), NO, NO, NO, NO);
	assert_sva(smmuv3((const uint32_t[8]){ 1u << 10 }), YES, NO, NO, NO);
	assert_sva(smmuv3((const uint32_t[8]){ 1u << 16 }), NO, YES, NO, NO);
	assert_sva(smmuv3((const uint32_t[8]){ [5] = 1u << 4 }), NO, NO, YES, NO);
	assert_sva(smmuv3((const uint32_t[8]){ 1u << 4 }), NO, NO, NO, YES);

	/* AMD's EFR tells of PRI alone */
	assert_sva(amd(0, 0), UNKNOWN, NO, UNKNOWN, UNKNOWN);
	assert_sva(amd(2, 0), UNKNOWN, YES, UNKNOWN, UNKNOWN);
}

static void assert_widths(struct vpasid_iommu iommu, unsigned int stage1, unsigned int stage2)
{
	const struct vpasid_iommu_abilities abilities = decoded(iommu);

	assert_int_equal(abilities.stage1_width, stage1);
	assert_int_equal(abilities.stage2_width, stage2);
}

static void test_address_widths(void **state)
{
	(void)state;
	assert_widths(vtd(0, 0), 0, 0);
	assert_widths(vtd(0, 1ull << 47), 48, 0);
	assert_widths(vtd(1ull << 60, 1ull << 47), 57, 0);
	assert_widths(vtd(1ull << 60, 0), 0, 0); /* there is no first stage to be of 5 levels */
	assert_widths(vtd(56ull << 16 | 2ull << 8, 0), 0, 39);
	assert_widths(vtd(56ull << 16 | 6ull << 8, 0), 0, 48);
	assert_widths(vtd(56ull << 16 | 14ull << 8, 0), 0, 57);
	assert_widths(vtd(38ull << 16 | 6ull << 8, 0), 0, 39);
	for (uint64_t sagaw = 0; sagaw < 32; sagaw++) {
		unsigned int levels = sagaw >= 8 ? 57 : sagaw >= 4 ? 48 : sagaw >= 2 ? 39 : 0;

		for (uint64_t mgaw = 0; mgaw < 64; mgaw++)
			assert_widths(vtd(mgaw << 16 | sagaw << 8, 0), 0,
				      mgaw + 1 < levels ? (unsigned int)mgaw + 1 : levels);
	}

	assert_widths(smmuv3((const uint32_t[8]){ [5] = 5 | 1u << 10 }), 0, 0);
	assert_widths(smmuv3((const uint32_t[8]){ 1, [5] = 5 }), 0, 48);
	assert_widths(smmuv3((const uint32_t[8]){ 2, [5] = 5 }), 48, 0);
	assert_widths(smmuv3((const uint32_t[8]){ 3, [5] = 6 | 1u << 10 }), 52, 52);

	assert_widths(amd(1ull << 4, 0), 48, 48);
	assert_widths(amd(1ull << 4 | 1ull << 10 | 2ull << 12, 0), 64, 57);
	assert_widths(amd(2ull << 10 | 1ull << 12, 0), 0, 64);
	assert_widths(amd(1ull << 4 | 3ull << 10 | 3ull << 12, 0), 0, 0);
}

static void test_field_find(void **state)
{
	static const struct vpasid_iommu_field zeros;
	struct vpasid_iommu iommu = vtd(SECOND_CAP, BOTH_ECAP);
	struct vpasid_iommu_field field;

	(void)state;
	assert_int_equal(vpasid_iommu_field_find(&iommu, "PSS", &field), 0);
	assert_string_equal(field.reg, "ECAP");
	assert_string_equal(field.name, "PSS");
	assert_int_equal(field.low, 35);
	assert_int_equal(field.bits, 5);
	assert_int_equal(field.value, 19);
	assert_int_equal(vpasid_iommu_field_find(&iommu, "SSIDSIZE", &field), -ENOENT);
	assert_memory_equal(&field, &zeros, sizeof(field));
	iommu.length = 23;
	assert_int_equal(vpasid_iommu_field_find(&iommu, "PSS", &field), -EPROTO);
	iommu.type = 3;
	assert_int_equal(vpasid_iommu_field_find(&iommu, "PSS", &field), -EOPNOTSUPP);
}

/* A caller that was built with other headers, or has forgotten to say with which. */
static void test_argsz(void **state)
{
	struct {
		struct vpasid_iommu iommu;
		uint8_t more[8];
	} given = { .iommu = vtd(BOTH_CAP, BOTH_ECAP) };
	struct vpasid_iommu_abilities abilities;
	struct vpasid_iommu_field fields[MAX];

	(void)state;
	given.iommu.argsz = sizeof(given);
	assert_int_equal(vpasid_iommu_decode(&given.iommu, &abilities), 0);
	assert_int_equal(abilities.pasid_width, 20);
	given.more[7] = 1;
	assert_int_equal(vpasid_iommu_decode(&given.iommu, &abilities), -E2BIG);
	assert_int_equal(abilities.pasid_width, 0);
	assert_int_equal(vpasid_iommu_fields(&given.iommu, fields, MAX), 0);
	assert_int_equal(vpasid_iommu_registers(&given.iommu, fields, MAX), 0);

	given.iommu.argsz = offsetof(struct vpasid_iommu, data) + 24;
	assert_int_equal(vpasid_iommu_decode(&given.iommu, &abilities), 0);
	assert_int_equal(abilities.pasid_width, 20);
	given.iommu.argsz = 0;
	assert_int_equal(vpasid_iommu_decode(&given.iommu, &abilities), -EINVAL);
	assert_int_equal(vpasid_iommu_decode(NULL, &abilities), -EINVAL);
}

static void test_unknown(void **state)
{
	static const uint32_t lengths[] = { 0, 16, 23 };
	struct vpasid_iommu iommu = { .argsz = sizeof(iommu), .length = VPASID_IOMMU_DATA };
	struct vpasid_iommu_abilities abilities;
	struct vpasid_iommu_field fields[MAX];

	(void)state;
	for (unsigned int type = 0; type < 10; type++) {
		iommu.type = type;
		if (type == 1 || type == 2 || type == 4)
			continue;
		assert_int_equal(vpasid_iommu_decode(&iommu, &abilities), -EOPNOTSUPP);
		assert_int_equal(vpasid_iommu_registers(&iommu, fields, MAX), 0);
		assert_int_equal(vpasid_iommu_fields(&iommu, fields, MAX), 0);
		assert_string_equal(vpasid_iommu_type_name(type), type ? "unknown" : "none");
	}
	iommu.type = VPASID_IOMMU_INTEL_VTD;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		iommu.length = lengths[i];
		assert_int_equal(vpasid_iommu_decode(&iommu, &abilities), -EPROTO);
		assert_int_equal(vpasid_iommu_fields(&iommu, fields, MAX), 0);
	}
	iommu.type = VPASID_IOMMU_ARM_SMMUV3;
	iommu.length = 39;
	assert_int_equal(vpasid_iommu_decode(&iommu, &abilities), -EPROTO);
	iommu.type = VPASID_IOMMU_AMD;
	iommu.length = 15;
	assert_int_equal(vpasid_iommu_decode(&iommu, &abilities), -EPROTO);
	assert_string_equal(vpasid_iommu_type_name(VPASID_IOMMU_INTEL_VTD), "intel-vtd");
	assert_string_equal(vpasid_iommu_type_name(VPASID_IOMMU_ARM_SMMUV3), "arm-smmuv3");
	assert_string_equal(vpasid_iommu_type_name(VPASID_IOMMU_AMD), "amd");
	assert_string_equal(vpasid_iommu_type_name(3), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vtd),	   cmocka_unit_test(test_smmuv3),
		cmocka_unit_test(test_amd),	   cmocka_unit_test(test_tables),
		cmocka_unit_test(test_positions),  cmocka_unit_test(test_room),
		cmocka_unit_test(test_sva),	   cmocka_unit_test(test_address_widths),
		cmocka_unit_test(test_field_find), cmocka_unit_test(test_argsz),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests_name("iommu", tests, NULL, NULL);
}
