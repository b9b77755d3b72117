// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/ of the host and its IOMMUs in made trees. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "facts/function.h"
#include "facts/host.h"
#include "pci/function.h"
#include "read_facts.h"
#include "support/machine.h"
#include "support/sysfs.h"
#include "support/tree.h"

static void test_host(void **state)
{
	read_host(state, FUNCTION);
	assert_int_equal(host.kind, HOST_LIVE);
	assert_hops();
	assert_int_equal(facts->pci.kind, PCI_KIND_FUNCTION);
	assert_string_equal(facts->kernel->release, "6.12.0-test");
	assert_string_equal(facts->kernel->config, "");
	assert_int_equal(facts->kernel->pci_pasid, FACT_UNKNOWN);
	assert_true(facts->kernel->command_line.is_known);
	assert_int_equal(facts->kernel->command_line.intel, SAID_ON);
	assert_int_equal(facts->kernel->command_line.intel_scalable, SAID_ON);
	assert_int_equal(facts->is_covered, FACT_YES);
	assert_int_equal(facts->iommu->kind, IOMMU_INTEL);
	assert_string_equal(facts->iommu->name, "dmar0");
	assert_string_equal(facts->pci.iommu_group, "7");
	assert_string_equal(facts->domain, "DMA-FQ");
	assert_true(facts->iommu->has_registers);
	assert_true(iommu_has(facts->iommu, "SMTS"));
	assert_string_equal(facts->pci.driver, "nvme");
	assert_false(facts->pci.on_vfio);
	assert_int_equal(facts->sibling_count, 0);
}

/* A recording has no procfs. If it has no class of IOMMUs either, nothing is known about them. */
static void test_recorded(void **state)
{
	assert_int_equal(read_tree(*state, FUNCTION, false, false), 0);
	assert_int_equal(host.kind, HOST_TREE);
	assert_hops();
	assert_string_equal(facts->kernel->release, "");
	assert_false(facts->kernel->command_line.is_known);
	assert_int_equal(facts->is_covered, FACT_YES);

	assert_int_equal(read_tree(*state, PORT, false, false), 0);
	assert_int_equal(facts->is_covered, FACT_NO);
	assert_int_equal(facts->presence->driven, FACT_YES);

	assert_int_equal(rename(path_of("%s/sys/class/iommu", (char *)*state).text,
				path_of("%s/elsewhere", (char *)*state).text),
			 0);
	assert_int_equal(read_tree(*state, PORT, false, false), 0);
	assert_int_equal(facts->is_covered, FACT_UNKNOWN);
	assert_int_equal(read_tree(*state, PORT, true, false), 0);
	assert_int_equal(facts->is_covered, FACT_NO);

	assert_int_equal(facts->has_iommufd, FACT_NO);
	assert_int_equal(read_tree(*state, PORT, false, false), 0);
	assert_int_equal(facts->has_iommufd, FACT_UNKNOWN);
	tree_directory(*state, "sys/class/misc");
	assert_int_equal(read_tree(*state, PORT, false, false), 0);
	assert_int_equal(facts->has_iommufd, FACT_NO);
}

static void test_missing(void **state)
{
	assert_int_equal(read_tree(*state, "0000:02:00.0", true, false), -ENODEV);
	assert_non_null(strstr(why.text, "no such PCI function"));
	assert_int_equal(read_function("0000:02:00.0"), -ENODEV);
}

static void test_no_iommu(void **state)
{
	const char *root = *state;

	tree_file(root, "sys/firmware/acpi/tables/DMAR", "");
	read_host(state, PORT);
	assert_int_equal(facts->is_covered, FACT_NO);
	assert_null(facts->iommu);
	assert_int_equal(facts->presence->tables, FACT_YES);
	assert_int_equal(facts->presence->table, IOMMU_TABLE_DMAR);
}

/* It is read once, so that all findings are about the same kernel. */
static void test_release_once(void **state)
{
	read_host(state, FUNCTION);
	assert_string_equal(host_release(&host), "6.12.0-test");
	tree_file(*state, "proc/sys/kernel/osrelease", "7.3.0-test\n");
	assert_string_equal(host_release(&host), "6.12.0-test");
}

/* A text that a host keeps can be empty. */
static void test_text(void **state)
{
	struct host never = { 0 };

	(void)state;
	assert_string_equal(host_text(&never, "%s", ""), "");
	assert_string_equal(host_text(&never, "%d", 7), "7");
	host_close(&never);
}

/* A host of zeros was never opened; fd 0 isn't its own. */
static void test_close(void **state)
{
	int null = open("/dev/null", O_RDONLY);
	struct host never = { 0 };

	(void)state;
	assert_int_not_equal(null, -1);
	assert_int_equal(dup2(null, STDIN_FILENO), STDIN_FILENO);
	host_close(&never);
	host_close(&never);
	assert_int_not_equal(fcntl(STDIN_FILENO, F_GETFD), -1);
	if (null != STDIN_FILENO)
		close(null);
}

#define TREE_TEST(test) cmocka_unit_test_setup_teardown(test, machine_setup, facts_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(test_host),	      TREE_TEST(test_recorded),
		TREE_TEST(test_missing),      TREE_TEST(test_no_iommu),
		TREE_TEST(test_release_once), cmocka_unit_test(test_text),
		cmocka_unit_test(test_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
