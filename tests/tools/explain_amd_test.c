// SPDX-License-Identifier: GPL-2.0-or-later
/* explain/judge_amd.c: what AMD's driver asks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "explain/chain.h"
#include "facts/pasid.h"
#include "made_chain.h"

#define EFR (1ull << 50 | 1ull << 48 | 15ull << 32 | 1u << 4 | 1u << 1)

static void make_amd(const char *release)
{
	make_sound();
	set_iommu(IOMMU_AMD, EFR, 15);
	snprintf(iommu.name, sizeof(iommu.name), "ivhd0");
	snprintf(host.release, sizeof(host.release), "%s", release);
	host.has_read_release = true;
	snprintf(kernel.release, sizeof(kernel.release), "%s", release);
}

/* The order of EFR and EFR2 in sysfs is the kernel's. */
static void test_amd_unread(void **state)
{
	(void)state;
	make_amd("");
	hide_iommu();
	iommu.is_ambiguous = true;
	judge();
	assert_link(LINK_IOMMU_MODE, NULL, EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE);
	assert_non_null(strstr(find_link(LINK_IOMMU_MODE, NULL)->doubt, "release is unknown"));
	assert_link(LINK_IOMMU_PASID, NULL, EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE);
}

/* AMD's enables PASID only if all of that is so, and in some domains. */
static void test_amd_mode(void **state)
{
	static const struct {
		const char *release;
		uint64_t lacks;
		struct command_line line;
		enum fact passthrough;
		const char *domain;
		bool on_vfio;
		enum explain_verdict verdict;
		const char *text;
	} rows[] = {
		{ "6.12.0",
		  1u << 4,
		  { .is_known = true },
		  FACT_NO,
		  "identity",
		  false,
		  EXPLAIN_BROKEN,
		  "lacks GTSup, which" },
		{ "6.12.0",
		  1u << 1,
		  { .is_known = true },
		  FACT_NO,
		  "identity",
		  false,
		  EXPLAIN_BROKEN,
		  "lacks PPRSup, which" },
		{ "6.12.0",
		  1ull << 50,
		  { .is_known = true },
		  FACT_NO,
		  "identity",
		  false,
		  EXPLAIN_BROKEN,
		  "lacks EPHSup, which" },
		{ "6.12.0",
		  1u << 4 | 1u << 1,
		  { .is_known = true },
		  FACT_NO,
		  "identity",
		  false,
		  EXPLAIN_BROKEN,
		  "lacks GTSup PPRSup, which" },
		{ "7.3.4",
		  1ull << 50,
		  { .is_known = true },
		  FACT_NO,
		  "identity",
		  false,
		  EXPLAIN_BROKEN,
		  "lacks EPHSup, which" },
		{ "7.3.4",
		  1ull << 48,
		  { .is_known = true },
		  FACT_NO,
		  "identity",
		  false,
		  EXPLAIN_BROKEN,
		  "lacks GIoSup, which" },
		{ "6.18.0",
		  1ull << 48,
		  { .is_known = true },
		  FACT_NO,
		  "identity",
		  false,
		  EXPLAIN_UNKNOWN,
		  "lacks GIoSup" },
		{ "6.12.0",
		  1ull << 48,
		  { .is_known = true },
		  FACT_NO,
		  "identity",
		  false,
		  EXPLAIN_OK,
		  "(identity)" },
		{ "6.12.0",
		  0,
		  { .is_known = true },
		  FACT_NO,
		  "identity",
		  false,
		  EXPLAIN_OK,
		  "(identity)" },
		{ "6.1.0-9",
		  0,
		  { .is_known = true },
		  FACT_NO,
		  "identity",
		  false,
		  EXPLAIN_BROKEN,
		  "before 6.2" },
		{ "6.8.0",
		  0,
		  { .is_known = true },
		  FACT_NO,
		  "identity",
		  false,
		  EXPLAIN_UNKNOWN,
		  "6.12 and later" },
		{ "6.12.0",
		  0,
		  { .is_known = true, .amd_isolation = true },
		  FACT_NO,
		  "DMA-FQ",
		  false,
		  EXPLAIN_BROKEN,
		  "force_isolation" },
		{ "6.12.0",
		  0,
		  { .is_known = true, .amd_isolation = true },
		  FACT_UNKNOWN,
		  "DMA",
		  false,
		  EXPLAIN_BROKEN,
		  "force_isolation" },
		{ "6.12.0",
		  0,
		  { .is_known = true, .amd_isolation = true },
		  FACT_YES,
		  "",
		  false,
		  EXPLAIN_UNKNOWN,
		  "is unknown" },
		{ "6.12.0",
		  0,
		  { .is_known = true, .amd_isolation = true },
		  FACT_YES,
		  "identity",
		  false,
		  EXPLAIN_OK,
		  "(identity)" },
		{ "6.12.0",
		  0,
		  { .is_known = true, .amd_isolation = true, .passthrough = SAID_OFF },
		  FACT_YES,
		  "DMA",
		  false,
		  EXPLAIN_BROKEN,
		  "force_isolation" },
		{ "6.12.0",
		  0,
		  { .is_known = true, .amd_isolation = true, .passthrough = SAID_ON },
		  FACT_NO,
		  "identity",
		  false,
		  EXPLAIN_OK,
		  "(identity)" },
		{ "6.12.0",
		  0,
		  { .is_known = true, .amd_v2 = SAID_ON },
		  FACT_NO,
		  "DMA",
		  false,
		  EXPLAIN_OK,
		  "v2 page tables" },
		{ "6.12.0",
		  1ull << 48,
		  { .is_known = true, .amd_v2 = SAID_ON },
		  FACT_NO,
		  "DMA",
		  false,
		  EXPLAIN_BROKEN,
		  "v1 page tables" },
		{ "6.12.0",
		  0,
		  { .is_known = true, .amd_v2 = SAID_OFF },
		  FACT_NO,
		  "DMA-FQ",
		  false,
		  EXPLAIN_BROKEN,
		  "v1 page tables" },
		{ "7.3.4",
		  0,
		  { .is_known = true },
		  FACT_NO,
		  "identity",
		  true,
		  EXPLAIN_UNKNOWN,
		  "doesn't report" },
		{ "6.12.0",
		  0,
		  { .is_known = false },
		  FACT_NO,
		  "DMA",
		  false,
		  EXPLAIN_UNKNOWN,
		  "is unknown" },
		{ "6.12.0",
		  0,
		  { .is_known = true },
		  FACT_NO,
		  "",
		  false,
		  EXPLAIN_UNKNOWN,
		  "is unknown" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct link *link;

		make_amd(rows[i].release);
		set_iommu(IOMMU_AMD, EFR & ~rows[i].lacks, 15);
		kernel.command_line = rows[i].line;
		kernel.passthrough = rows[i].passthrough;
		snprintf(function.domain, sizeof(function.domain), "%s", rows[i].domain);
		function.pci.on_vfio = rows[i].on_vfio;
		judge();
		link = find_link(LINK_IOMMU_MODE, NULL);
		if (link->verdict != rows[i].verdict ||
		    !strstr(link->verdict == EXPLAIN_UNKNOWN ? link->doubt : link->found,
			    rows[i].text))
			fail_msg("row %zu: %s%s", i, link->found, link->doubt);
		/* Nothing that could be done makes it usable. */
		for (size_t j = 0; j < chain.link_count; j++)
			assert_string_equal(chain.links[j].todo, "");
		for (size_t j = 0; chain.broken->decides && j < chain.need_count; j++)
			assert_string_equal(chain.needs[j].todo, "");
	}
}

/* Up to 7.3, nothing can be attached, even if it is enabled. */
static void test_amd_attach(void **state)
{
	static const char *const old[] = { "6.1.0", "6.12.0", "7.3.4" };
	static const char *const other[] = { "", "7.4.0" };
	unsigned int width;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		make_amd(old[i]);
		strcpy(function.domain, "identity");
		judge();
		assert_int_equal(chain.verdict, EXPLAIN_BROKEN);
		assert_int_equal(chain.certainty, EXPLAIN_SURE);
		assert_int_equal(chain.broken->what, LINK_ATTACH);
		assert_int_equal(chain.note_count, 0);
		assert_true(pasid_usable_width(judged, &width));
		assert_int_equal(width, 0);
	}
	for (size_t i = 0; i < 2; i++) {
		make_amd(other[i]);
		judge();
		assert_int_equal(chain.verdict, EXPLAIN_UNKNOWN);
		assert_link(LINK_ATTACH, NULL, EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE);
		assert_false(pasid_usable_width(judged, &width));
	}
	/* What is missing before comes before. */
	make_amd("6.12.0");
	strcpy(function.domain, "identity");
	function.pasid.there = FACT_NO;
	assert_broken(LINK_CAPABILITY, FUNCTION, EXPLAIN_SURE);
	make_amd("6.12.0");
	strcpy(function.domain, "identity");
	set_iommu(IOMMU_AMD, EFR & ~(15ull << 32), 0);
	assert_broken(LINK_IOMMU_PASID, "", EXPLAIN_SURE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_amd_unread),
		cmocka_unit_test(test_amd_mode),
		cmocka_unit_test(test_amd_attach),
		ALL_JUDGED("amd"),
	};

	return cmocka_run_group_tests(tests, keep_judged, NULL);
}
