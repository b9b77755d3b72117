// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid record as a command: its list, what it refuses, and what can fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd.h"
#include "made_record.h"
#include "support/tree.h"

static void test_list(void **state)
{
	(void)state;
	record(EXIT_OK);
	command_run(&live, cmd_record, "--list", recording.text, NULL);
	assert_int_equal(live.status, EXIT_OK);
	assert_non_null(strstr(live.out, " 4096  /sys/bus/pci/devices/" FUNCTION "/config\n"));
	assert_non_null(strstr(live.out, "  link  /sys/bus/pci/devices/" FUNCTION
					 "/iommu -> ../../../virtual/iommu/dmar0\n"));
	assert_non_null(strstr(live.out, " directory  /sys/bus/pci/devices: 2 entries\n"));
	assert_non_null(strstr(live.out, "absent  /sys/bus/pci/devices/" FUNCTION "/physfn\n"));
}

static void test_never_replaces(void **state)
{
	(void)state;
	tree_file(root, "made/recording", "precious");
	command_run(&live, cmd_record, "-o", recording.text, NULL);
	assert_int_equal(live.status, EXIT_ERROR);
	assert_non_null(strstr(live.err, "isn't overwritten"));
	assert_string_equal(tree_read(root, "made/recording"), "precious");
	unlink(recording.text);
	tree_link(root, "made/recording", "elsewhere");
	command_run(&live, cmd_record, "-o", recording.text, NULL);
	assert_int_equal(live.status, EXIT_ERROR);
	assert_false(sysfs_exists(path_of("%s/elsewhere", root).text));
}

static void test_cant_be_written(void **state)
{
	(void)state;
	command_run(&live, cmd_record, "-o", path_of("%s/none/x", root).text, NULL);
	assert_int_equal(live.status, EXIT_ERROR);
	assert_non_null(strstr(live.err, "No such file or directory"));
	command_run(&live, cmd_record, "-o", "/dev/full", NULL);
	assert_int_equal(live.status, EXIT_ERROR);
}

static void test_usage(void **state)
{
	(void)state;
	command_run(&live, cmd_record, FUNCTION, NULL);
	assert_int_equal(live.status, EXIT_USAGE);
	command_run(&live, cmd_record, "--list", "x", "--wake", NULL);
	assert_int_equal(live.status, EXIT_USAGE);
	command_run(&live, cmd_list, "--record", "x", "--sysfs", "/sys", NULL);
	assert_int_equal(live.status, EXIT_USAGE);
	command_run(&live, cmd_place, "--record", "x", "--open", FUNCTION, NULL);
	assert_int_equal(live.status, EXIT_USAGE);
}

/* A host without PCI can't be recorded. */
static void test_no_pci(void **state)
{
	(void)state;
	assert_int_equal(
		rename(path_of("%s/sys/bus/pci", root).text, path_of("%s/elsewhere", root).text),
		0);
	command_run(&live, cmd_record, "-o", recording.text, NULL);
	assert_int_equal(live.status, EXIT_ERROR);
	assert_non_null(strstr(live.err, "sys/bus/pci/devices"));
	assert_false(sysfs_exists(recording.text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RECORD_TEST(list),  RECORD_TEST(never_replaces), RECORD_TEST(cant_be_written),
		RECORD_TEST(usage), RECORD_TEST(no_pci),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
