// SPDX-License-Identifier: GPL-2.0-or-later
/* check/functions.c and path.c: how many functions can use PASID, and what is above them. */
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <vpasid/config.h>

#include <cmocka.h>

#include "made_check.h"
#include "support/machine.h"
#include "support/tree.h"

#define OTHER "0000:01:01.0"

/* Another one behind the same IOMMU, @below the root bus */
static struct path add(const char *root, const char *below, const char *bdf, uint16_t control)
{
	static const uint8_t none[1];
	struct path path = machine_add_function(root, below, bdf, none, sizeof(none));

	tree_link(root, path_of("%s/iommu", path.text).text, "../../../virtual/iommu/dmar0");
	tree_link(root, path_of("%s/iommu_group", path.text).text,
		  "../../../../kernel/iommu_groups/8");
	tree_file(root, "sys/kernel/iommu_groups/8/type", "DMA-FQ\n");
	made_check_write_endpoint(root, path.text, control, VPASID_CONFIG_SIZE);
	return path;
}

/* Below the same port */
static struct path add_other(const char *root, uint16_t control)
{
	return add(root, PORT "/", OTHER, control);
}

/* Some can use it, none can, or some may. */
static void test_usable(void **state)
{
	add_other(*state, PCI_PASID_CTRL_ENABLE);
	made_check_ask(*state, PURPOSE_VMM);
	made_check_assert(CHECK_FUNCTIONS, CHECK_PASS, "2 of 2 functions with PASID can use it");

	made_check_write_endpoint(*state, MADE_CHECK_AT, 0, VPASID_CONFIG_SIZE);
	made_check_ask(*state, PURPOSE_VMM);
	made_check_assert(CHECK_FUNCTIONS, CHECK_WARN, "1 of 2 functions with PASID can use it");
	assert_string_equal(made_check_find(CHECK_FUNCTIONS)->todo,
			    "`vpasid explain " FUNCTION "` says why for one of them");

	made_check_write_endpoint(*state, DEVICES PORT "/" OTHER, 0, VPASID_CONFIG_SIZE);
	made_check_ask(*state, PURPOSE_VMM);
	made_check_assert(CHECK_FUNCTIONS, CHECK_FAIL, "0 of 2 functions with PASID can use it");
	assert_string_equal(made_check_find(CHECK_FUNCTIONS)->todo,
			    "`vpasid explain " FUNCTION "` says why for one of them");
}

/* The first one of the host has PASID, and no port is above it. */
static void test_first(void **state)
{
	add(*state, "", "0000:00:05.0", PCI_PASID_CTRL_ENABLE);
	made_check_ask(*state, PURPOSE_PASID);
	made_check_assert(CHECK_FUNCTIONS, CHECK_PASS, "2 of 2 functions with PASID can use it");
}

/* Behind an SMMUv3, one with PASID enabled may be usable. */
static void test_maybe_usable(void **state)
{
	made_check_arm(*state);
	add_other(*state, 0);
	made_check_remove(*state, DEVICES PORT "/" OTHER "/iommu");
	tree_link(*state, DEVICES PORT "/" OTHER "/iommu",
		  "../../../virtual/iommu/smmu3.0x0000000009050000");
	made_check_ask(*state, PURPOSE_PASID);
	made_check_assert(CHECK_FUNCTIONS, CHECK_UNKNOWN, "0 of 2 functions with PASID can use it");
}

/* AMD's driver attaches address spaces of processes, if PASID is enabled and may be used. */
static void test_amd(void **state)
{
	made_check_amd(*state);
	made_check_ask(*state, PURPOSE_SVA);
	made_check_assert(CHECK_FUNCTIONS, CHECK_PASS, "1 of 1 function with PASID can use it");
	made_check_write_endpoint(*state, MADE_CHECK_AT, 0, VPASID_CONFIG_SIZE);
	made_check_ask(*state, PURPOSE_SVA);
	made_check_assert(CHECK_FUNCTIONS, CHECK_FAIL, "0 of 1 function with PASID can use it");
	made_check_write_endpoint(*state, MADE_CHECK_AT, PCI_PASID_CTRL_ENABLE, VPASID_CONFIG_SIZE);
	/* PPRSup, GIoSup, EPHSup: no GTSup, so nothing can use what is enabled */
	tree_file(*state, "sys/class/iommu/ivhd0/amd-iommu/features", "5000f000059c3:0\n");
	made_check_ask(*state, PURPOSE_SVA);
	made_check_assert(CHECK_FUNCTIONS, CHECK_FAIL, "0 of 1 function with PASID can use it");
}

/* Those whose config space only root can read, one and several */
static void test_hidden(void **state)
{
	made_check_write_endpoint(*state, MADE_CHECK_AT, 7, PCI_STD_HEADER_SIZEOF);
	made_check_ask(*state, PURPOSE_PASID);
	made_check_assert(CHECK_FUNCTIONS, CHECK_UNKNOWN,
			  "can't tell whether 1 function has PASID: only root can read its config "
			  "space");
	assert_int_equal(made_check_count(CHECK_FUNCTIONS), 1);
	/* Nothing is known of the ports above a function that may not have it. */
	assert_int_equal(made_check_count(CHECK_TLP_PREFIX) + made_check_count(CHECK_ACS), 0);

	add_other(*state, 7);
	made_check_ask(*state, PURPOSE_PASID);
	assert_int_equal(made_check_count(CHECK_FUNCTIONS), 2);

	made_check_write_endpoint(*state, DEVICES PORT "/" OTHER, 7, PCI_STD_HEADER_SIZEOF);
	made_check_ask(*state, PURPOSE_PASID);
	made_check_assert(CHECK_FUNCTIONS, CHECK_UNKNOWN,
			  "can't tell whether 2 functions have PASID: only root can read their "
			  "config space");
	assert_int_equal(made_check_count(CHECK_FUNCTIONS), 1);

	/* A bridge can't have PASID, so it doesn't matter that it can't be read. */
	made_check_write_endpoint(*state, DEVICES PORT, 0, PCI_STD_HEADER_SIZEOF);
	made_check_ask(*state, PURPOSE_PASID);
	assert_non_null(strstr(made_check_find(CHECK_FUNCTIONS)->found, " 3 functions "));
	tree_file(*state, DEVICES PORT "/class", "0x060400\n");
	made_check_ask(*state, PURPOSE_PASID);
	assert_non_null(strstr(made_check_find(CHECK_FUNCTIONS)->found, " 2 functions "));
}

static void test_asleep(void **state)
{
	tree_file(*state, MADE_CHECK_AT "/power_state", "D3cold\n");
	made_check_ask(*state, PURPOSE_PASID);
	made_check_assert(CHECK_FUNCTIONS, CHECK_WARN,
			  "1 function is asleep, so its config space wasn't read");
	assert_non_null(strstr(made_check_find(CHECK_FUNCTIONS)->todo, " reads it, too"));
	assert_int_equal(made_check_count(CHECK_FUNCTIONS), 1);

	add_other(*state, 7);
	made_check_ask(*state, PURPOSE_PASID);
	assert_int_equal(made_check_count(CHECK_FUNCTIONS), 2);

	tree_file(*state, DEVICES PORT "/" OTHER "/power_state", "D3cold\n");
	made_check_ask(*state, PURPOSE_PASID);
	made_check_assert(CHECK_FUNCTIONS, CHECK_WARN,
			  "2 functions are asleep, so their config spaces weren't read");
	assert_non_null(strstr(made_check_find(CHECK_FUNCTIONS)->todo, " reads them, too"));
	assert_int_equal(made_check_count(CHECK_FUNCTIONS), 1);
}

/* While it isn't known of one whether it has PASID, it isn't said that none has. */
static void test_unreadable(void **state)
{
	made_check_remove(*state, MADE_CHECK_AT "/config");
	made_check_ask(*state, PURPOSE_PASID);
	made_check_assert(CHECK_FUNCTIONS, CHECK_WARN, "can't tell whether 1 function has PASID");
	assert_string_equal(made_check_find(CHECK_FUNCTIONS)->todo,
			    "see `vpasid list`, which says why");
	assert_int_equal(made_check_count(CHECK_FUNCTIONS), 1);

	add_other(*state, 7);
	made_check_ask(*state, PURPOSE_PASID);
	assert_int_equal(made_check_count(CHECK_FUNCTIONS), 2);

	made_check_remove(*state, DEVICES PORT "/" OTHER "/config");
	made_check_ask(*state, PURPOSE_PASID);
	made_check_assert(CHECK_FUNCTIONS, CHECK_WARN, "can't tell whether 2 functions have PASID");
}

static void test_none(void **state)
{
	made_check_remove(*state, "sys/bus/pci/devices/" FUNCTION);
	made_check_ask(*state, PURPOSE_VMM);
	made_check_assert(CHECK_FUNCTIONS, CHECK_WARN, "none of 1 function has PASID");
	/* So nothing is said of those that have it. */
	assert_int_equal(made_check_count(CHECK_TLP_PREFIX) + made_check_count(CHECK_ACS) +
				 made_check_count(CHECK_DENYLIST),
			 0);
}

/* A port that is above several functions is reported once, if it is in the way. */
static void test_port(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill_port(config);
	machine_put(config, 0x40 + PCI_EXP_DEVCAP2, 4, 0);
	machine_put(config, 0x100 + PCI_ACS_CAP, 4, 0x5f);
	machine_write_config(*state, DEVICES PORT, config, sizeof(config));
	add_other(*state, 7);
	made_check_ask(*state, PURPOSE_PASID);
	assert_int_equal(check_count(&check, CHECK_TLP_PREFIX, CHECK_PASS), 1);
	assert_int_equal(check_count(&check, CHECK_ACS, CHECK_PASS), 1);

	made_check_write_endpoint(*state, MADE_CHECK_AT, 0, VPASID_CONFIG_SIZE);
	made_check_write_endpoint(*state, DEVICES PORT "/" OTHER, 0, VPASID_CONFIG_SIZE);
	made_check_ask(*state, PURPOSE_PASID);
	assert_int_equal(check_count(&check, CHECK_TLP_PREFIX, CHECK_FAIL), 1);
	assert_int_equal(check_count(&check, CHECK_ACS, CHECK_FAIL), 1);
	assert_int_equal(made_check_count(CHECK_TLP_PREFIX), 1);
	assert_int_equal(made_check_count(CHECK_ACS), 1);
	assert_string_equal(made_check_find(CHECK_ACS)->subject, PORT);

	machine_write_config(*state, DEVICES PORT, config, PCI_STD_HEADER_SIZEOF);
	tree_file(*state, DEVICES PORT "/class", "0x060400\n");
	made_check_ask(*state, PURPOSE_PASID);
	assert_int_equal(check_count(&check, CHECK_TLP_PREFIX, CHECK_UNKNOWN), 1);
	assert_int_equal(check_count(&check, CHECK_ACS, CHECK_UNKNOWN), 1);
	assert_int_equal(made_check_count(CHECK_TLP_PREFIX), 1);
	assert_int_equal(made_check_count(CHECK_ACS), 1);
}

/* Devices whose errata VFIO's drivers refuse: before or behind others */
static void test_denylist(void **state)
{
	struct path other = add_other(*state, 7);

	tree_file(*state, path_of("%s/vendor", other.text).text, "0x8086\n");
	tree_file(*state, path_of("%s/device", other.text).text, "0x0b25\n");
	made_check_ask(*state, PURPOSE_VMM);
	assert_int_equal(made_check_count(CHECK_DENYLIST), 1);
	assert_string_equal(made_check_find(CHECK_DENYLIST)->subject, OTHER);
	assert_non_null(strstr(made_check_find(CHECK_DENYLIST)->todo, "disable_denylist=1"));

	/* A driver of VFIO's has accepted it. */
	tree_directory(*state, path_of("%s/vfio-dev", other.text).text);
	made_check_ask(*state, PURPOSE_VMM);
	assert_non_null(strstr(made_check_find(CHECK_DENYLIST)->found, "which is disabled"));
	assert_string_equal(made_check_find(CHECK_DENYLIST)->todo, "");

	tree_file(*state, MADE_CHECK_AT "/vendor", "0x8086\n");
	tree_file(*state, MADE_CHECK_AT "/device", "0x0b25\n");
	made_check_ask(*state, PURPOSE_VMM);
	assert_int_equal(check_count(&check, CHECK_DENYLIST, CHECK_WARN), 2);
	assert_int_equal(made_check_count(CHECK_DENYLIST), 2);
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, made_check_setup, made_check_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_usable),
		TEST(test_first),
		TEST(test_maybe_usable),
		TEST(test_amd),
		TEST(test_hidden),
		TEST(test_asleep),
		TEST(test_unreadable),
		TEST(test_none),
		TEST(test_port),
		TEST(test_denylist),
		{ "all answers", made_check_assert_kept, NULL, NULL,
		  (void *)(uintptr_t) "check_functions" },
	};

	return cmocka_run_group_tests_name("tool_check_functions", tests, made_check_keep, NULL);
}
