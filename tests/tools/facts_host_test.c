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
#include <zlib.h>

#include <cmocka.h>

#include "facts/function.h"
#include "facts/host.h"
#include "pci/function.h"
#include "read_facts.h"
#include "support/machine.h"
#include "support/sysfs.h"
#include "support/tree.h"

/* Intel's ECAP, AMD's EFR */
static uint64_t registers_of(const struct iommu *iommu)
{
	uint64_t registers;

	memcpy(&registers, iommu->registers.data + (iommu->kind == IOMMU_INTEL ? 16 : 0),
	       sizeof(registers));
	return registers;
}

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
	assert_true(registers_of(facts->iommu) == 0x490080f00f4a);
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

static void set_iommu(const char *root, const char *name, const char *attribute, const char *value)
{
	tree_link(root, DEVICES PORT "/" FUNCTION "/iommu",
		  path_of("../../../virtual/iommu/%s", name).text);
	if (attribute)
		tree_file(root, path_of("sys/class/iommu/%s/%s", name, attribute).text, value);
}

static void test_iommu_kinds(void **state)
{
	static const struct {
		const char *name, *attribute, *value;
		enum iommu_kind kind;
		uint64_t registers; /* 0: none */
	} rows[] = {
		{ "ivhd0", "amd-iommu/features", "f77ef22294ada:0\n", IOMMU_AMD, 0xf77ef22294ada },
		{ "ivhd1", "amd-iommu/features", "f77ef22294ada\n", IOMMU_AMD, 0xf77ef22294ada },
		{ "ivhd2", "amd-iommu/features", "no number\n", IOMMU_AMD, 0 },
		{ "ivhd3", "amd-iommu/features", "\n", IOMMU_AMD, 0 },
		{ "ivhd4", NULL, NULL, IOMMU_AMD, 0 },
		{ "dmar1", "intel-iommu/ecap", "11112222333344445\n", IOMMU_INTEL, 0 },
		{ "dmar2", NULL, NULL, IOMMU_INTEL, 0 },
		{ "dmar3", "intel-iommu/ecap", "-1\n", IOMMU_INTEL, 0 },
		{ "dmar4", "intel-iommu/ecap", " 490080f00f4a\n", IOMMU_INTEL, 0 },
		{ "dmar5", "intel-iommu/ecap", "0x490080f00f4a\n", IOMMU_INTEL, 0 },
		{ "dmar6", "intel-iommu/ecap", "490080f00f4a 1\n", IOMMU_INTEL, 0 },
		{ "smmu3.0x0000000009050000", NULL, NULL, IOMMU_SMMUV3, 0 },
		{ "smmu.0x0000000009050000", NULL, NULL, IOMMU_SMMU, 0 },
		{ "virtio0", NULL, NULL, IOMMU_OTHER, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		set_iommu(*state, rows[i].name, rows[i].attribute, rows[i].value);
		read_host(state, FUNCTION);
		assert_int_equal(facts->is_covered, FACT_YES);
		assert_int_equal(facts->iommu->kind, rows[i].kind);
		assert_int_equal(facts->iommu->has_registers, rows[i].registers != 0);
		if (rows[i].registers)
			assert_true(registers_of(facts->iommu) == rows[i].registers);
	}

	/* a name that would lead elsewhere */
	tree_link(*state, DEVICES PORT "/" FUNCTION "/iommu", "../..");
	read_host(state, FUNCTION);
	assert_int_equal(facts->is_covered, FACT_NO);
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
		unsigned int bits;

		set_iommu(*state, "dmar1", "intel-iommu/cap", rows[i].cap);
		set_iommu(*state, "dmar1", "intel-iommu/ecap", rows[i].ecap);
		read_host(state, FUNCTION);
		assert_int_equal(iommu_nests(facts->iommu, &lacks), rows[i].nests);
		assert_string_equal(lacks ? lacks : "", rows[i].lacks ? rows[i].lacks : "");
		assert_int_equal(iommu_has_1gib_pages(facts->iommu), rows[i].pages);
		assert_int_equal(iommu_address_bits(facts->iommu, &bits),
				 rows[i].address_bits != 0);
		if (rows[i].address_bits)
			assert_int_equal(bits, rows[i].address_bits);
	}
}

static void pack(const char *root, const char *text)
{
	gzFile file;

	tree_file(root, "proc/config.gz", "");
	file = gzopen(path_of("%s/proc/config.gz", root).text, "w");
	assert_non_null(file);
	assert_true(gzputs(file, text) > 0);
	assert_int_equal(gzclose(file), Z_OK);
}

/* The first file that is a configuration counts; options that it doesn't have are off. */
static void test_kernel_config(void **state)
{
	const char *root = *state;

	tree_file(root, "lib/modules/6.12.0-test/config",
		  "CONFIG_PCI_PASID=y\nCONFIG_INTEL_IOMMU=y\n"
		  "CONFIG_INTEL_IOMMU_DEFAULT_ON_INTGPU_OFF=y\n");
	read_host(state, FUNCTION);
	assert_int_equal(facts->kernel->pci_pasid, FACT_YES);
	assert_int_equal(facts->kernel->intel, FACT_YES);
	assert_int_equal(facts->kernel->intel_on, FACT_YES);
	assert_int_equal(facts->kernel->intel_scalable, FACT_NO);
	assert_int_equal(facts->kernel->amd, FACT_NO);

	tree_file(root, "boot/config-6.12.0-test",
		  "# CONFIG_PCI_PASID is not set\nCONFIG_IOMMUFD=m\n"
		  "CONFIG_INTEL_IOMMU_SCALABLE_MODE_DEFAULT_ON=y\n");
	read_host(state, FUNCTION);
	assert_string_equal(facts->kernel->config,
			    path_of("%s/boot/config-6.12.0-test", root).text);
	assert_int_equal(facts->kernel->pci_pasid, FACT_NO);
	assert_int_equal(facts->kernel->iommufd, FACT_YES);
	assert_int_equal(facts->kernel->intel_scalable, FACT_YES);

	pack(root, "CONFIG_PCI_PASID=y\nCONFIG_IOMMUFD_TEST=y\n");
	read_host(state, FUNCTION);
	assert_string_equal(facts->kernel->config, path_of("%s/proc/config.gz", root).text);
	assert_int_equal(facts->kernel->pci_pasid, FACT_YES);
	assert_int_equal(facts->kernel->iommufd, FACT_NO);

	tree_file(root, "proc/config.gz", "no configuration\n");
	read_host(state, FUNCTION);
	assert_string_equal(facts->kernel->config,
			    path_of("%s/boot/config-6.12.0-test", root).text);
}

/* A release that would be a path to another directory */
static void test_odd_release(void **state)
{
	tree_file(*state, "proc/sys/kernel/osrelease", "../../x\n");
	read_host(state, FUNCTION);
	assert_string_equal(facts->kernel->release, "");
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
		TREE_TEST(test_host),	       TREE_TEST(test_recorded),
		TREE_TEST(test_missing),       TREE_TEST(test_no_iommu),
		TREE_TEST(test_iommu_kinds),   TREE_TEST(test_intel_registers),
		TREE_TEST(test_kernel_config), TREE_TEST(test_odd_release),
		TREE_TEST(test_release_once),  cmocka_unit_test(test_text),
		cmocka_unit_test(test_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
