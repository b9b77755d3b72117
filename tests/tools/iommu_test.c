// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/iommu.h: what an IOMMU's attributes in sysfs mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "facts/iommu.h"
#include "support/sysfs.h"
#include "support/tree.h"

static struct iommu read_iommu(const char *root, const char *name, const char *release)
{
	struct path sysfs = path_of("%s/sys", root);
	struct iommu iommu;

	iommu_read(sysfs.text, name, release, &iommu);
	return iommu;
}

static void set(const char *root, const char *name, const char *attribute, const char *value)
{
	tree_file(root, path_of("sys/class/iommu/%s/%s", name, attribute).text, value);
}

/* The number-th register, as iommufd has it */
static uint64_t registers_of(const struct iommu *iommu, size_t number)
{
	uint64_t registers;

	memcpy(&registers, iommu->registers.data + number * sizeof(registers), sizeof(registers));
	return registers;
}

static void test_kinds(void **state)
{
	static const struct {
		const char *name, *text;
		enum iommu_kind kind;
		bool enables_unasked;
	} rows[] = {
		{ "dmar0", "intel", IOMMU_INTEL, false },
		{ "ivhd0", "amd", IOMMU_AMD, false },
		{ "smmu3.0x1", "smmuv3", IOMMU_SMMUV3, true },
		{ "smmu.0x1", "smmu", IOMMU_SMMU, false },
		{ "smmu30x1", "other", IOMMU_OTHER, true },
		{ "virtio0", "other", IOMMU_OTHER, true },
		{ "made1", "intel", IOMMU_INTEL, false },
		{ "made2", "amd", IOMMU_AMD, false },
	};

	set(*state, "made1", "intel-iommu/cap", "0\n");
	set(*state, "made2", "amd-iommu/cap", "0\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct iommu iommu = read_iommu(*state, rows[i].name, "");

		assert_string_equal(iommu.name, rows[i].name);
		assert_int_equal(iommu.kind, rows[i].kind);
		assert_string_equal(iommu_kind_name(iommu.kind), rows[i].text);
		assert_int_equal(iommu_enables_unasked(&iommu), rows[i].enables_unasked);
	}
}

/* Numbers are hexadecimal, without a prefix or a sign. */
static void test_numbers(void **state)
{
	static const struct {
		const char *text;
		bool is_number;
		uint64_t value;
	} rows[] = {
		{ "0\n", true, 0 },
		{ "f\n", true, 15 },
		{ "FfffFFFFffffffff\n", true, UINT64_MAX },
		{ "10000000000000000\n", false, 0 },
		{ "0x1\n", false, 0 },
		{ "0X1\n", false, 0 },
		{ "-1\n", false, 0 },
		{ "+1\n", false, 0 },
		{ " 1\n", false, 0 },
		{ "1 1\n", false, 0 },
		{ "1:1\n", false, 0 },
		{ "g\n", false, 0 },
		{ "\n", false, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct iommu iommu;

		set(*state, "dmar0", "intel-iommu/cap", rows[i].text);
		set(*state, "dmar0", "intel-iommu/ecap", rows[i].text);
		iommu = read_iommu(*state, "dmar0", "");
		assert_int_equal(iommu.has_cap, rows[i].is_number);
		assert_int_equal(iommu.has_registers, rows[i].is_number);
		assert_true(registers_of(&iommu, 1) == rows[i].value);
		assert_true(registers_of(&iommu, 2) == rows[i].value);
		assert_true(registers_of(&iommu, 0) == 0);
		assert_int_equal(iommu.registers.type, VPASID_IOMMU_INTEL_VTD);
		assert_int_equal(iommu.registers.length, 24);
	}
}

/* A text has up to 63 characters. */
static void test_long_text(void **state)
{
	for (int length = 63; length <= 64; length++) {
		set(*state, "ivhd0", "amd-iommu/features", path_of("%0*d:5", length - 2, 7).text);
		assert_int_equal(read_iommu(*state, "ivhd0", "6.7.0").has_registers, length == 63);
	}
}

/* PASIDs require scalable mode: SMTS. ECAP's PSS is the width, less 1, if PASID is set. */
static void test_intel_width(void **state)
{
	static const struct {
		const char *ecap;
		unsigned int width;
	} rows[] = {
		{ "9980000000000\n", 0 },
		{ "99800000000\n", 20 },
		{ "19800000000\n", 0 },
		{ "90800000000\n", 2 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		set(*state, "dmar0", "intel-iommu/ecap", rows[i].ecap);
		assert_int_equal(read_iommu(*state, "dmar0", "").width, rows[i].width);
	}
}

/* EFR and EFR2 changed their places in Linux 6.7. EFR isn't 0. */
static void test_amd(void **state)
{
	static const struct {
		const char *features, *release;
		bool has_registers, is_ambiguous;
		uint64_t efr, efr2;
	} rows[] = {
		{ "5:7\n", "6.6.9", true, false, 7, 5 },
		{ "5:7\n", "6.7.0", true, false, 5, 7 },
		{ "5:7\n", "", false, true, 0, 0 },
		{ "5:0\n", "", true, false, 5, 0 },
		{ "0:7\n", "", true, false, 7, 0 },
		{ "0:0\n", "", true, false, 0, 0 },
		{ "5:5\n", "", true, false, 5, 0 },
		{ "5\n", "6.1.0", true, false, 5, 0 },
		{ "5:\n", "6.7.0", false, false, 0, 0 },
		{ "5:x\n", "6.7.0", false, false, 0, 0 },
		{ "5:7:9\n", "6.7.0", false, false, 0, 0 },
		{ "5 7\n", "6.7.0", false, false, 0, 0 },
		{ ":7\n", "6.7.0", false, false, 0, 0 },
	};

	assert_false(read_iommu(*state, "ivhd0", "6.7.0").has_registers);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct iommu iommu;

		set(*state, "ivhd0", "amd-iommu/features", rows[i].features);
		iommu = read_iommu(*state, "ivhd0", rows[i].release);
		assert_int_equal(iommu.has_registers, rows[i].has_registers);
		assert_int_equal(iommu.is_ambiguous, rows[i].is_ambiguous);
		assert_true(registers_of(&iommu, 0) == rows[i].efr);
		assert_true(registers_of(&iommu, 1) == rows[i].efr2);
		assert_int_equal(iommu.registers.length, rows[i].has_registers ? 16 : 0);
	}
}

/* As iommufd reports it: PASmax, of 2^(PASmax + 1) - 1 PASIDs */
static void test_amd_width(void **state)
{
	set(*state, "ivhd0", "amd-iommu/features", "f77ef22294ada:0\n");
	assert_int_equal(read_iommu(*state, "ivhd0", "").width, 15);
	assert_true(read_iommu(*state, "ivhd0", "").has_registers);
	set(*state, "ivhd0", "amd-iommu/features", "1:f77ef22294ada\n");
	assert_int_equal(read_iommu(*state, "ivhd0", "6.7.0").width, 0);
	assert_int_equal(read_iommu(*state, "ivhd0", "6.6.0").width, 15);
}

static void test_fields(void **state)
{
	struct iommu iommu;

	set(*state, "dmar0", "intel-iommu/ecap", "4\n");
	iommu = read_iommu(*state, "dmar0", "");
	assert_true(iommu_has(&iommu, "DT"));
	assert_false(iommu_has(&iommu, "NEST"));
	assert_false(iommu_has(&iommu, "no field"));
}

/* Nesting takes both stages; bits 26, 47 and 46 of ECAP. */
static void test_nesting(void **state)
{
	static const struct {
		const char *ecap, *lacks;
		enum fact nests;
	} rows[] = {
		{ "c00004000000\n", NULL, FACT_YES },
		{ "c00000000000\n", "NEST", FACT_NO },
		{ "400004000000\n", "FSTS", FACT_NO },
		{ "800004000000\n", "SSTS", FACT_NO },
		{ "0\n", "NEST", FACT_NO },
		{ "x\n", NULL, FACT_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *lacks = "?";
		struct iommu iommu;

		set(*state, "dmar0", "intel-iommu/ecap", rows[i].ecap);
		iommu = read_iommu(*state, "dmar0", "");
		assert_int_equal(iommu_nests(&iommu, &lacks), rows[i].nests);
		assert_string_equal(lacks ? lacks : "", rows[i].lacks ? rows[i].lacks : "");
		iommu.kind = IOMMU_AMD;
		assert_int_equal(iommu_nests(&iommu, &lacks), FACT_UNKNOWN);
		assert_null(lacks);
	}
}

/* Bit 56 of CAP, and MGAW in its bits 21:16; the page tables' levels in bits 12:8 */
static void test_cap(void **state)
{
	struct iommu iommu;
	unsigned int bits;

	set(*state, "dmar0", "intel-iommu/cap", "100000000260400\n");
	iommu = read_iommu(*state, "dmar0", "");
	assert_int_equal(iommu_has_1gib_pages(&iommu), FACT_YES);
	assert_true(iommu_address_bits(&iommu, &bits));
	assert_int_equal(bits, 39);
	iommu.kind = IOMMU_AMD;
	assert_int_equal(iommu_has_1gib_pages(&iommu), FACT_UNKNOWN);
	assert_false(iommu_address_bits(&iommu, &bits));
	set(*state, "dmar0", "intel-iommu/cap", "2f0400\n");
	iommu = read_iommu(*state, "dmar0", "");
	assert_int_equal(iommu_has_1gib_pages(&iommu), FACT_NO);
	assert_true(iommu_address_bits(&iommu, &bits));
	assert_int_equal(bits, 48);
	iommu.has_cap = false;
	assert_int_equal(iommu_has_1gib_pages(&iommu), FACT_UNKNOWN);
	assert_false(iommu_address_bits(&iommu, &bits));
}

/* Both registers as sysfs has them, and what they mean: VT-d, 11.4.2 and 11.4.3. */
static void test_intel_registers(void **state)
{
	static const struct {
		const char *cap, *ecap;
		enum fact nests, pages;
		const char *lacks;
		unsigned int address_bits; /* 0: not known */
	} rows[] = {
		{ "19ed008c40780c66\n", "3ef9e86f050df\n", FACT_YES, FACT_YES, NULL, 57 },
		{ "d2008c40660462\n", "f050da\n", FACT_NO, FACT_NO, "NEST", 39 },
		{ "d2008c222f0686\n", "99e2ff0505e\n", FACT_NO, FACT_NO, "FSTS", 48 },
		{ "-1\n", "3ef9e86f050df\n", FACT_YES, FACT_UNKNOWN, NULL, 0 },
		{ "19ed008c40780c66\n", "-1\n", FACT_UNKNOWN, FACT_YES, NULL, 57 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *lacks;
		struct iommu iommu;
		unsigned int bits;

		set(*state, "dmar0", "intel-iommu/cap", rows[i].cap);
		set(*state, "dmar0", "intel-iommu/ecap", rows[i].ecap);
		iommu = read_iommu(*state, "dmar0", "");
		assert_int_equal(iommu_nests(&iommu, &lacks), rows[i].nests);
		assert_string_equal(lacks ? lacks : "", rows[i].lacks ? rows[i].lacks : "");
		assert_int_equal(iommu_has_1gib_pages(&iommu), rows[i].pages);
		assert_int_equal(iommu_address_bits(&iommu, &bits), rows[i].address_bits != 0);
		if (rows[i].address_bits)
			assert_int_equal(bits, rows[i].address_bits);
	}
}

#define TREE_TEST(test) cmocka_unit_test_setup_teardown(test, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(test_kinds),		 TREE_TEST(test_numbers),
		TREE_TEST(test_intel_width),	 TREE_TEST(test_amd),
		TREE_TEST(test_amd_width),	 TREE_TEST(test_fields),
		TREE_TEST(test_nesting),	 TREE_TEST(test_cap),
		TREE_TEST(test_intel_registers), TREE_TEST(test_long_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
