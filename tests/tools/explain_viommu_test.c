// SPDX-License-Identifier: GPL-2.0-or-later
/* explain/viommu.c: which virtual IOMMU a guest gets, by the host's and by what functions have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "explain/viommu.h"
#include "made_chain.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void test_kind(void **state)
{
	static const enum viommu_kind kinds[] = {
		[IOMMU_OTHER] = VIOMMU_NONE,	[IOMMU_INTEL] = VIOMMU_INTEL,
		[IOMMU_AMD] = VIOMMU_NONE,	[IOMMU_SMMU] = VIOMMU_NONE,
		[IOMMU_SMMUV3] = VIOMMU_SMMUV3,
	};

	(void)state;
	for (enum iommu_kind kind = 0; kind < COUNT(kinds); kind++) {
		const struct iommu of = { .kind = kind };

		assert_int_equal(viommu_kind(&of), kinds[kind]);
	}
	assert_int_equal(viommu_kind(NULL), VIOMMU_UNKNOWN);
}

/* ATS of the function, and of the host's IOMMU: DT */
static void test_ats(void **state)
{
	static const enum fact theirs[] = { FACT_NO, FACT_YES, FACT_UNKNOWN };

	(void)state;
	for (size_t i = 0; i < COUNT(theirs); i++) {
		enum fact there = theirs[i];

		make_sound();
		function.ats.there = there;
		set_iommu(IOMMU_INTEL, ECAP | 1 << 2, 20);
		assert_int_equal(viommu_has_ats(&function), there);
		assert_int_equal(viommu_of(&function).has_device_iotlb, there == FACT_YES);
		set_iommu(IOMMU_INTEL, ECAP, 20);
		assert_int_equal(viommu_has_ats(&function), there == FACT_YES ? FACT_NO : there);
		assert_false(viommu_of(&function).has_device_iotlb);
		hide_iommu();
		assert_int_equal(viommu_has_ats(&function),
				 there == FACT_YES ? FACT_UNKNOWN : there);
		set_iommu(IOMMU_AMD, 1 << 2, 15);
		assert_int_equal(viommu_has_ats(&function),
				 there == FACT_YES ? FACT_UNKNOWN : there);
		set_no_iommu();
		assert_int_equal(viommu_has_ats(&function),
				 there == FACT_YES ? FACT_UNKNOWN : there);
	}
}

static void test_width(void **state)
{
	static const unsigned int widths[][2] = { { 0, 0 },   { 1, 1 },	  { 19, 19 },
						  { 20, 20 }, { 21, 20 }, { 32, 20 } };

	(void)state;
	make_sound();
	for (size_t i = 0; i < COUNT(widths); i++) {
		iommu.width = widths[i][0];
		assert_int_equal(viommu_of(&function).pasid_bits, widths[i][1]);
	}
	assert_true(viommu_of(&function).has_1gib_pages);
	set_iommu_cap(CAP & ~(1ull << 56));
	assert_false(viommu_of(&function).has_1gib_pages);
	/* Arm's is asked by QEMU itself. */
	iommu.kind = IOMMU_SMMUV3;
	assert_int_equal(viommu_of(&function).pasid_bits, 0);
}

/* For functions behind two IOMMUs: the lesser of what these support, but ATS if one has it */
static void test_common(void **state)
{
	static const struct {
		struct viommu left, right, common;
	} rows[] = {
		{ { VIOMMU_INTEL, 20, true, true },
		  { VIOMMU_INTEL, 16, false, false },
		  { VIOMMU_INTEL, 16, false, true } },
		{ { VIOMMU_INTEL, 15, true, false },
		  { VIOMMU_INTEL, 16, true, true },
		  { VIOMMU_INTEL, 15, true, true } },
		{ { VIOMMU_INTEL, 16, false, false },
		  { VIOMMU_INTEL, 16, true, false },
		  { VIOMMU_INTEL, 16, false, false } },
		{ { VIOMMU_INTEL, 20, true, false },
		  { VIOMMU_SMMUV3, 0, false, false },
		  { VIOMMU_NONE, 0, false, false } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct viommu common = viommu_common(&rows[i].left, &rows[i].right);

		assert_int_equal(common.kind, rows[i].common.kind);
		assert_int_equal(common.pasid_bits, rows[i].common.pasid_bits);
		assert_int_equal(common.has_1gib_pages, rows[i].common.has_1gib_pages);
		assert_int_equal(common.has_device_iotlb, rows[i].common.has_device_iotlb);
	}
}

static void test_text(void **state)
{
	static const struct {
		struct viommu viommu;
		const char *text;
	} rows[] = {
		{ { VIOMMU_INTEL, 20, true, true },
		  "intel-iommu,intremap=on,scalable-mode=on,fsts=on,pasid-bits=20,aw-bits=48,"
		  "fs1gp=on,caching-mode=on,device-iotlb=on" },
		{ { VIOMMU_INTEL, 1, false, false },
		  "intel-iommu,intremap=on,scalable-mode=on,fsts=on,pasid-bits=1,aw-bits=48,"
		  "fs1gp=off,caching-mode=on" },
		{ { VIOMMU_SMMUV3, 0, false, false }, "arm-smmuv3,accel=on,ssidsize=auto" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[256];

		viommu_format(&rows[i].viommu, text, sizeof(text));
		assert_string_equal(text, rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kind),  cmocka_unit_test(test_ats),
		cmocka_unit_test(test_width), cmocka_unit_test(test_common),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests_name("tool_explain_viommu", tests, NULL, NULL);
}
