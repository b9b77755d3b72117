// SPDX-License-Identifier: GPL-2.0-or-later
/* explain/judge_host.c: the kernel, its command line, and the IOMMU. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "explain/chain.h"
#include "facts/pasid.h"
#include "made_chain.h"

static void test_kernel(void **state)
{
	(void)state;
	make_sound();
	switch_off();
	kernel.pci_pasid = FACT_NO;
	assert_broken(LINK_KERNEL, "", EXPLAIN_SURE);

	strcpy(kernel.config, "/boot/config-6.12.0");
	kernel.is_own_config = false;
	assert_broken(LINK_KERNEL, "", EXPLAIN_LIKELY);

	kernel.pci_pasid = FACT_UNKNOWN;
	judge();
	assert_link(LINK_KERNEL, NULL, EXPLAIN_OK, EXPLAIN_LIKELY);
	iommu.kind = IOMMU_AMD;
	judge();
	assert_link(LINK_KERNEL, NULL, EXPLAIN_OK, EXPLAIN_LIKELY);
	iommu.kind = IOMMU_SMMUV3;
	judge();
	assert_doubt(LINK_KERNEL, NULL,
		     "6.12.0: there is neither /proc/config.gz nor /boot/config-RELEASE");
	kernel.release[0] = '\0';
	judge();
	assert_doubt(LINK_KERNEL, NULL,
		     "unknown release: there is neither /proc/config.gz nor /boot/config-RELEASE");
	set_no_iommu();
	judge();
	host.kind = HOST_TREE;
	judge();
	assert_doubt(LINK_KERNEL, NULL, "a recorded sysfs has no information about the kernel");
	host.kind = HOST_DUMP;
	judge();
	assert_doubt(LINK_KERNEL, NULL, "a dump has no information about the kernel");
	assert_doubt(LINK_IOMMU, NULL, "a dump has no information about the IOMMU");
}

/* Whether an IOMMU covers the function, and with what group */
static void test_coverage(void **state)
{
	(void)state;
	make_sound();
	switch_off();
	function.is_covered = FACT_UNKNOWN;
	function.iommu = NULL;
	judge();
	assert_doubt(LINK_IOMMU, FUNCTION, "the recorded sysfs has no information about IOMMUs");
	assert_string_equal(find_link(LINK_IOMMU, NULL)->where, "iommu");
	assert_doubt(LINK_IOMMU_MODE, NULL, "the IOMMU is unknown");
	assert_doubt(LINK_IOMMU_PASID, NULL, "the IOMMU is unknown");
	make_sound();
	judge();
	assert_says(LINK_IOMMU, FUNCTION, "iommu", "covered by dmar0, group 5", "");
	function.pci.iommu_group[0] = '\0';
	judge();
	assert_says(LINK_IOMMU, FUNCTION, "iommu", "covered by dmar0, but it has no group", "");
}

/* AMD's width: none in the features, or none without guest translation */
static void test_amd_width(void **state)
{
	(void)state;
	make_sound();
	set_iommu(IOMMU_AMD, 1u << 4, 0);
	judge();
	assert_says(LINK_IOMMU_PASID, NULL, "amd-iommu/features bits 36:32",
		    "dmar0 supports only PASID 0, which stands for requests without a PASID", "");
	set_iommu(IOMMU_AMD, 0, 0);
	judge();
	assert_says(LINK_IOMMU_PASID, NULL, "amd-iommu/features bits 36:32",
		    "dmar0 doesn't support PASIDs in its present mode", "");
	set_iommu(IOMMU_AMD, 1u << 4, 1);
	judge();
	assert_says(LINK_IOMMU_PASID, NULL, "amd-iommu/features bits 36:32",
		    "dmar0 supports PASIDs of 1 bit", "");
}

/* What the words name decides what there is to do. */
static void test_no_iommu(void **state)
{
	static const struct {
		enum fact driven, tables;
		enum iommu_table table;
		const char *found, *todo;
	} rows[] = {
		{ FACT_YES, FACT_YES, IOMMU_TABLE_DMAR, "none covers the function", "kernel log" },
		{ FACT_NO, FACT_YES, IOMMU_TABLE_DMAR, "ACPI table DMAR", "grep DMAR" },
		{ FACT_NO, FACT_YES, IOMMU_TABLE_IVRS, "ACPI table IVRS", "grep AMD-Vi" },
		{ FACT_NO, FACT_YES, IOMMU_TABLE_IORT, "ACPI table IORT", "kernel log" },
		{ FACT_NO, FACT_YES, IOMMU_TABLE_NONE, "tables describe none", "in the firmware" },
		{ FACT_UNKNOWN, FACT_UNKNOWN, IOMMU_TABLE_NONE, "uses no IOMMU",
		  "in the firmware" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_sound();
		switch_off();
		set_no_iommu();
		presence = (struct iommu_presence){ rows[i].driven, rows[i].tables, rows[i].table };
		assert_broken(LINK_IOMMU, FUNCTION, EXPLAIN_SURE);
		assert_non_null(strstr(chain.broken->found, rows[i].found));
		assert_non_null(strstr(chain.broken->todo, rows[i].todo));
		assert_link(LINK_IOMMU_MODE, NULL, EXPLAIN_NA, EXPLAIN_SURE);
		assert_link(LINK_IOMMU_PASID, NULL, EXPLAIN_NA, EXPLAIN_SURE);
	}
}

/* Why the kernel doesn't use the IOMMU that the firmware describes. */
static void test_unused_iommu(void **state)
{
	static const struct {
		enum iommu_table table;
		struct command_line line;
		enum fact has_driver, is_default;
		const char *found, *todo;
	} rows[] = {
		{ IOMMU_TABLE_DMAR,
		  { .is_known = true, .intel = SAID_ON, .iommu_off = true },
		  FACT_YES,
		  FACT_YES,
		  "iommu=off is on its command line",
		  "without iommu=off" },
		{ IOMMU_TABLE_DMAR,
		  { .is_known = true, .intel = SAID_OFF },
		  FACT_YES,
		  FACT_YES,
		  "intel_iommu=off is on",
		  "with intel_iommu=on instead" },
		{ IOMMU_TABLE_DMAR,
		  { .is_known = true },
		  FACT_YES,
		  FACT_NO,
		  "uses none",
		  "boot with intel_iommu=on" },
		{ IOMMU_TABLE_DMAR,
		  { .is_known = true },
		  FACT_UNKNOWN,
		  FACT_UNKNOWN,
		  "uses none",
		  "boot with intel_iommu=on" },
		{ IOMMU_TABLE_DMAR,
		  { .is_known = true },
		  FACT_YES,
		  FACT_YES,
		  "its driver is enabled",
		  "see `dmesg" },
		{ IOMMU_TABLE_DMAR,
		  { .is_known = true, .intel = SAID_ON },
		  FACT_YES,
		  FACT_NO,
		  "its driver is enabled",
		  "see `dmesg" },
		{ IOMMU_TABLE_DMAR,
		  { .is_known = true, .intel = SAID_ON },
		  FACT_NO,
		  FACT_NO,
		  "without CONFIG_INTEL_IOMMU",
		  "CONFIG_INTEL_IOMMU" },
		{ IOMMU_TABLE_IVRS,
		  { .is_known = true, .iommu_off = true },
		  FACT_YES,
		  FACT_NO,
		  "iommu=off is on",
		  "without iommu=off" },
		{ IOMMU_TABLE_IVRS,
		  { .is_known = true, .amd_off = true },
		  FACT_YES,
		  FACT_NO,
		  "amd_iommu=off is on",
		  "without amd_iommu=off" },
		{ IOMMU_TABLE_DMAR,
		  { .is_known = false },
		  FACT_YES,
		  FACT_YES,
		  "uses none",
		  "boot with intel_iommu=on" },
		{ IOMMU_TABLE_IVRS,
		  { .is_known = true, .intel = SAID_OFF },
		  FACT_NO,
		  FACT_NO,
		  "without CONFIG_AMD_IOMMU",
		  "CONFIG_AMD_IOMMU" },
		{ IOMMU_TABLE_IORT,
		  { .is_known = true },
		  FACT_NO,
		  FACT_NO,
		  "without CONFIG_ARM_SMMU_V3",
		  "CONFIG_ARM_SMMU_V3" },
		{ IOMMU_TABLE_IORT,
		  { .is_known = true },
		  FACT_YES,
		  FACT_YES,
		  "ACPI table IORT",
		  "why no IOMMU driver has claimed it" },
		{ IOMMU_TABLE_VIOT,
		  { .is_known = true },
		  FACT_NO,
		  FACT_NO,
		  "ACPI table VIOT",
		  "why no IOMMU driver has claimed it" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_sound();
		switch_off();
		set_no_iommu();
		presence = (struct iommu_presence){ FACT_NO, FACT_YES, rows[i].table };
		kernel.command_line = rows[i].line;
		kernel.intel = kernel.amd = kernel.smmuv3 = rows[i].has_driver;
		kernel.intel_on = rows[i].is_default;
		assert_broken(LINK_IOMMU, FUNCTION, EXPLAIN_SURE);
		if (!strstr(chain.broken->found, rows[i].found) ||
		    !strstr(chain.broken->todo, rows[i].todo))
			fail_msg("row %zu: %s; %s", i, chain.broken->found, chain.broken->todo);
	}
}

/* The command line says it, or the configuration. */
static void test_scalable_mode(void **state)
{
	static const struct {
		bool is_known;
		enum said said;
		enum fact is_default;
		enum explain_verdict verdict;
		const char *todo;
	} rows[] = {
		{ true, SAID_NOTHING, FACT_YES, EXPLAIN_OK, "" },
		{ true, SAID_NOTHING, FACT_NO, EXPLAIN_BROKEN, "with intel_iommu=on,sm_on" },
		{ true, SAID_NOTHING, FACT_UNKNOWN, EXPLAIN_UNKNOWN, "to be sure" },
		{ false, SAID_NOTHING, FACT_YES, EXPLAIN_UNKNOWN, "" },
		{ true, SAID_ON, FACT_NO, EXPLAIN_OK, "" },
		{ true, SAID_OFF, FACT_YES, EXPLAIN_BROKEN, "intel_iommu=on,sm_on instead" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_sound();
		switch_off();
		kernel.command_line.is_known = rows[i].is_known;
		kernel.command_line.intel_scalable = rows[i].said;
		kernel.intel_scalable = rows[i].is_default;
		judge();
		if (find_link(LINK_IOMMU_MODE, NULL)->verdict != rows[i].verdict)
			fail_msg("row %zu: %s", i, find_link(LINK_IOMMU_MODE, NULL)->found);
		assert_non_null(strstr(find_link(LINK_IOMMU_MODE, NULL)->todo, rows[i].todo));
		assert_int_equal(chain.broken->what, rows[i].verdict == EXPLAIN_BROKEN
							     ? LINK_IOMMU_MODE
							     : LINK_ENABLED);
	}
}

static void test_intel_registers(void **state)
{
	(void)state;
	make_sound();
	switch_off();
	set_iommu(IOMMU_INTEL, ECAP & ~(1ull << 43), 0);
	assert_broken(LINK_IOMMU_MODE, "", EXPLAIN_SURE);
	/* PASID without scalable mode is of no use */
	assert_link(LINK_IOMMU_PASID, NULL, EXPLAIN_BROKEN, EXPLAIN_SURE);
	assert_non_null(strstr(find_link(LINK_IOMMU_PASID, NULL)->found, "in its present mode"));
	set_iommu(IOMMU_INTEL, ECAP & ~(1ull << 40), 0);
	assert_broken(LINK_IOMMU_PASID, "", EXPLAIN_SURE);
	hide_iommu();
	judge();
	assert_link(LINK_IOMMU_MODE, NULL, EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE);
	assert_link(LINK_IOMMU_PASID, NULL, EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE);
}

/* SMMUv3's driver enables PASID without asking whether there are any. */
static void test_other_iommus(void **state)
{
	unsigned int width;

	(void)state;
	make_sound_for_qemu();
	hide_iommu();
	iommu.kind = IOMMU_SMMUV3;
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_UNKNOWN);
	assert_link(LINK_IOMMU_MODE, NULL, EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE);
	assert_link(LINK_IOMMU_PASID, NULL, EXPLAIN_UNKNOWN, EXPLAIN_NOT_SURE);
	assert_false(pasid_usable_width(judged, &width));
	assert_int_equal(find_need(NEED_VIOMMU)->verdict, EXPLAIN_UNKNOWN);
	assert_non_null(strstr(find_need(NEED_VIOMMU)->todo, "arm-smmuv3,accel=on,ssidsize=auto"));
	switch_off();
	judge();
	assert_int_equal(chain.verdict, EXPLAIN_BROKEN);
	iommu.kind = IOMMU_SMMU;
	assert_broken(LINK_IOMMU_MODE, "", EXPLAIN_SURE);
	assert_link(LINK_IOMMU_PASID, NULL, EXPLAIN_NA, EXPLAIN_SURE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kernel),
		cmocka_unit_test(test_coverage),
		cmocka_unit_test(test_amd_width),
		cmocka_unit_test(test_no_iommu),
		cmocka_unit_test(test_unused_iommu),
		cmocka_unit_test(test_scalable_mode),
		cmocka_unit_test(test_intel_registers),
		cmocka_unit_test(test_other_iommus),
		ALL_JUDGED("host"),
	};

	return cmocka_run_group_tests(tests, keep_judged, NULL);
}
