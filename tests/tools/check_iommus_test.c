// SPDX-License-Identifier: GPL-2.0-or-later
/* check/iommus.c: hosts without an IOMMU, with several, and with IOMMUs that nothing is behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/config.h>

#include <cmocka.h>

#include "made_check.h"
#include "support/machine.h"
#include "support/tree.h"

#define INFERRED "must be fine, because " FUNCTION " has PASID enabled ("

static void add_iommu(const char *root, const char *name, const char *cap, const char *ecap)
{
	tree_file(root, path_of("sys/class/iommu/%s/intel-iommu/cap", name).text, cap);
	tree_file(root, path_of("sys/class/iommu/%s/intel-iommu/ecap", name).text, ecap);
}

/* The same as dmar0's, but for @flip */
static void add_alike(const char *root, const char *name, uint64_t flip)
{
	char cap[32], ecap[32];

	snprintf(cap, sizeof(cap), "%llx\n", CHECK_CAP ^ flip);
	snprintf(ecap, sizeof(ecap), "%llx\n", CHECK_ECAP);
	add_iommu(root, name, cap, ecap);
}

static void move_function(const char *root, const char *iommu)
{
	made_check_remove(root, MADE_CHECK_AT "/iommu");
	tree_link(root, MADE_CHECK_AT "/iommu", path_of("../../../virtual/iommu/%s", iommu).text);
}

/* Those that are alike are one finding, and are counted. */
static void test_alike(void **state)
{
	add_alike(*state, "dmar1", 0);
	made_check_ask(*state, PURPOSE_VMM);
	assert_int_equal(made_check_count(CHECK_IOMMU_MODE), 1);
	assert_true(check_has(&check, CHECK_IOMMU_MODE, "dmar0 and 1 like it"));
	add_alike(*state, "dmar2", 1 << 2);
	add_alike(*state, "dmar3", 0);
	made_check_ask(*state, PURPOSE_VMM);
	assert_int_equal(made_check_count(CHECK_IOMMU_MODE), 2);
	assert_true(check_has(&check, CHECK_IOMMU_MODE, "dmar0 and 2 like it"));
	assert_true(check_has(&check, CHECK_IOMMU_MODE, "dmar2"));
	made_check_assert(CHECK_IOMMU, CHECK_PASS,
			  "the kernel uses 4 IOMMUs: dmar0, dmar1, dmar2, "
			  "dmar3");
}

/* Without CAP, or all registers, they aren't alike; nor of two kinds, if both show none. */
static void test_not_alike(void **state)
{
	add_alike(*state, "dmar1", 0);
	made_check_remove(*state, "sys/class/iommu/dmar1/intel-iommu/cap");
	add_alike(*state, "dmar2", 0);
	made_check_remove(*state, "sys/class/iommu/dmar2/intel-iommu");
	tree_directory(*state, "sys/class/iommu/dmar2/intel-iommu");
	tree_directory(*state, "sys/class/iommu/smmu3.0x0000000009050000");
	made_check_ask(*state, PURPOSE_VMM);
	assert_int_equal(made_check_count(CHECK_IOMMU_MODE), 4);
	made_check_ask(*state, PURPOSE_SVA);
}

/* A function with PASID is behind the second one, or behind none. */
static void test_behind_another(void **state)
{
	add_iommu(*state, "dmar1", "0\n", "0\n");
	move_function(*state, "dmar1");
	made_check_write_endpoint(*state, MADE_CHECK_AT, 0, VPASID_CONFIG_SIZE);
	made_check_ask(*state, PURPOSE_VMM);
	assert_int_equal(check_count(&check, CHECK_IOMMU_MODE, CHECK_FAIL), 1);
	made_check_assert(CHECK_IOMMU_MODE, CHECK_PASS,
			  "scalable: the IOMMU supports it, and sm_on is on the command line");
	made_check_ask(*state, PURPOSE_SVA);
	made_check_ask(*state, PURPOSE_GUEST_SVA);
	made_check_remove(*state, MADE_CHECK_AT "/iommu");
	made_check_ask(*state, PURPOSE_SVA);
	assert_int_equal(check_count(&check, CHECK_IOMMU_MODE, CHECK_WARN), 1);
}

/* No function is behind the second IOMMU, and none behind the only one in the list of all. */
static void test_alone(void **state)
{
	made_check_remove(*state, "sys/bus/pci/devices/" PORT);
	add_iommu(*state, "dmar1", "0\n", "0\n");
	made_check_ask(*state, PURPOSE_PASID);
	made_check_assert(CHECK_FUNCTIONS, CHECK_PASS, "1 of 1 function with PASID can use it");
	assert_int_equal(check_count(&check, CHECK_IOMMU_MODE, CHECK_WARN), 1);
	made_check_remove(*state, "proc/cmdline");
	made_check_write_endpoint(*state, MADE_CHECK_AT, 0, VPASID_CONFIG_SIZE);
	made_check_ask(*state, PURPOSE_PASID);
	made_check_assert(
		CHECK_IOMMU_MODE, CHECK_UNKNOWN,
		"the IOMMU supports scalable mode; the kernel's command line, which turns "
		"it on or off, is unknown");
}

/* What PASID that is enabled says of registers that can't be read */
static void test_inferred(void **state)
{
	made_check_remove(*state, "sys/class/iommu/dmar0/intel-iommu");
	tree_directory(*state, "sys/class/iommu/dmar0/intel-iommu");
	made_check_ask(*state, PURPOSE_VMM);
	made_check_assert(CHECK_IOMMU_MODE, CHECK_PASS,
			  INFERRED "the kernel doesn't report what dmar0 supports)");
	made_check_assert(CHECK_IOMMU_PASID, CHECK_PASS,
			  INFERRED "the kernel doesn't report what dmar0 supports)");
	add_alike(*state, "dmar1", 0);
	move_function(*state, "dmar1");
	made_check_ask(*state, PURPOSE_VMM);
	made_check_assert(
		CHECK_IOMMU_PASID, CHECK_WARN,
		"the kernel doesn't report what dmar0 supports; no function with PASID is "
		"behind it");
	move_function(*state, "dmar0");
	made_check_write_endpoint(*state, MADE_CHECK_AT, 0, VPASID_CONFIG_SIZE);
	made_check_ask(*state, PURPOSE_VMM);
	made_check_assert(CHECK_IOMMU_PASID, CHECK_UNKNOWN,
			  "the kernel doesn't report what dmar0 supports");
}

/* SMMUv3's driver doesn't ask the IOMMU before it enables PASID; the kernel has to have it. */
static void test_inferred_on_arm(void **state)
{
	made_check_arm(*state);
	made_check_remove(*state, "proc/config.gz");
	made_check_ask(*state, PURPOSE_PASID);
	assert_int_equal(made_check_find(CHECK_IOMMU_PASID)->verdict, CHECK_UNKNOWN);
	made_check_assert(CHECK_KERNEL, CHECK_PASS,
			  INFERRED
			  "7.3.0-test: there is neither /proc/config.gz nor /boot/config-RELEASE)");
	made_check_write_endpoint(*state, MADE_CHECK_AT, 0, VPASID_CONFIG_SIZE);
	made_check_ask(*state, PURPOSE_PASID);
	assert_int_equal(made_check_find(CHECK_KERNEL)->verdict, CHECK_UNKNOWN);
}

static void test_none(void **state)
{
	made_check_remove(*state, "sys/class/iommu");
	made_check_remove(*state, MADE_CHECK_AT "/iommu");
	for (enum purpose purpose = 0; purpose < PURPOSES; purpose++)
		made_check_ask(*state, purpose);
	made_check_remove(*state, "sys/firmware/acpi");
	made_check_ask(*state, PURPOSE_PASID);
	made_check_assert(CHECK_FIRMWARE, CHECK_FAIL, "the kernel uses no IOMMU");
	assert_int_equal(made_check_count(CHECK_IOMMU), 0);
	tree_directory(*state, "sys/firmware/devicetree/base");
	made_check_ask(*state, PURPOSE_PASID);
	made_check_assert(CHECK_FIRMWARE, CHECK_PASS, "a device tree describes the host");
	made_check_assert(CHECK_IOMMU, CHECK_FAIL,
			  "the kernel uses no IOMMU; the device tree has to describe one");
	/* Something else is in place of the directory. */
	tree_file(*state, "sys/class/iommu", "");
	made_check_ask(*state, PURPOSE_PASID);
	made_check_assert(CHECK_IOMMU, CHECK_UNKNOWN, "/sys/class/iommu can't be read");
}

/* More names than there is room for */
static void test_many(void **state)
{
	const struct finding *finding;

	for (unsigned int i = 0; i < 16; i++)
		add_alike(*state, path_of("dmar-%050u", i).text, 0);
	made_check_ask(*state, PURPOSE_VMM);
	finding = made_check_find(CHECK_IOMMU);
	assert_int_equal(strlen(finding->found), sizeof(finding->found) - 1);
	assert_non_null(strstr(finding->found, "the kernel uses 17 IOMMUs: dmar-000"));
	assert_int_equal(made_check_count(CHECK_IOMMU_MODE), 1);
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, made_check_setup, made_check_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_alike),
		TEST(test_not_alike),
		TEST(test_behind_another),
		TEST(test_alone),
		TEST(test_inferred),
		TEST(test_inferred_on_arm),
		TEST(test_none),
		TEST(test_many),
		{ "all answers", made_check_assert_kept, NULL, NULL,
		  (void *)(uintptr_t) "check_iommus" },
	};

	return cmocka_run_group_tests_name("tool_check_iommus", tests, made_check_keep, NULL);
}
