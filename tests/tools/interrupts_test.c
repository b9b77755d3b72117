// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/interrupts.h: what the names of interrupts' chips say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "facts/interrupts.h"
#include "filtered.h"
#include "support/sysfs.h"
#include "support/tree.h"

#define UNSAFE "sys/module/iommufd/parameters/allow_unsafe_interrupts"

static struct interrupts read_host(const char *root, const char *procfs)
{
	struct path sysfs = path_of("%s/sys", root);
	struct host host = { .sysfs = sysfs.text, .root = procfs };

	return host_interrupts(&host);
}

/* Lines of /proc/interrupts; those that remap count wherever they stand. */
static void test_remapped(void **state)
{
	static const struct {
		const char *lines;
		enum fact remapped;
	} rows[] = {
		{ " 24:  0  IR-PCI-MSIX-0000:01:00.0  0-edge  nvme0q0\n", FACT_YES },
		{ " 24:  0  IR-PCI-MSI 512000-edge  ahci\n", FACT_YES },
		{ "  0: 30  IR-IO-APIC  2-edge  timer\n", FACT_YES },
		{ " 18:  0  ITS-MSI 512000 Edge  x\n", FACT_YES },
		{ " 18:  0  ITS-PCI-MSI-0000:01:00.0  0 Edge  x\n", FACT_YES },
		{ " 24:  0  PCI-MSI 512000-edge  ahci\n", FACT_NO },
		{ "  0: 30  IO-APIC  2-edge  timer\n", FACT_NO },
		{ " 18:  0  MSI  0 Edge  x\n", FACT_NO },
		{ " 18:  0  MSIX  0 Edge  x\n", FACT_UNKNOWN },
		{ "  8:  0  XT-PIC  x\n", FACT_UNKNOWN },
		{ "", FACT_UNKNOWN },
		{ "  0: 30  IO-APIC  2-edge\n 24: 0  IR-PCI-MSI 1-edge\n", FACT_YES },
		{ " 24:  0  IR-PCI-MSI 1-edge\n  0: 30  IO-APIC  2-edge\n", FACT_YES },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tree_file(*state, "proc/interrupts", rows[i].lines);
		assert_int_equal(read_host(*state, *state).remapped, rows[i].remapped);
		assert_int_equal(read_host(*state, NULL).remapped, FACT_UNKNOWN);
	}
}

static void test_unsafe(void **state)
{
	static const struct {
		const char *value;
		enum fact allowed;
	} rows[] = {
		{ "Y\n", FACT_YES },
		{ "N\n", FACT_NO },
		{ "\n", FACT_UNKNOWN },
		{ "x\n", FACT_UNKNOWN },
		/* longer than any that the kernel prints */
		{ "Y234567", FACT_YES },
		{ "Y2345678", FACT_UNKNOWN },
	};

	assert_int_equal(read_host(*state, NULL).unsafe_allowed, FACT_UNKNOWN);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tree_file(*state, UNSAFE, rows[i].value);
		assert_int_equal(read_host(*state, NULL).unsafe_allowed, rows[i].allowed);
		assert_int_equal(read_host(*state, *state).unsafe_allowed, rows[i].allowed);
	}
}

/* A dump has nothing of it. */
static void test_dump(void **state)
{
	struct host host = { .root = *state };

	tree_file(*state, "proc/interrupts", "  0: 30  IO-APIC  2-edge  timer\n");
	assert_int_equal(host_interrupts(&host).remapped, FACT_UNKNOWN);
	assert_int_equal(host_interrupts(&host).unsafe_allowed, FACT_UNKNOWN);
}

/* Names alone, once each */
static void test_filter(void **state)
{
	(void)state;
	assert_string_equal(
		filtered(interrupts_filter,
			 "  CPU0\n 24: 0  IR-PCI-MSIX-0000:01:00.0  0-edge  secret\n"
			 " 25: 0  IR-PCI-MSI 1-edge\n  0: 30  IO-APIC  2-edge  timer\n"),
		" IR-PCI-MSI\n IO-APIC\n");
}

#define TREE_TEST(test) cmocka_unit_test_setup_teardown(test, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(test_remapped),
		TREE_TEST(test_unsafe),
		TREE_TEST(test_dump),
		cmocka_unit_test(test_filter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
