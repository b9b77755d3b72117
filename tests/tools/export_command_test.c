// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid export: where the output goes, how much of it NFD reads, and what is complained of. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "cmd.h"
#include "list/list.h"
#include "support/command.h"
#include "support/machine.h"
#include "support/output.h"
#include "support/tree.h"

#define DEVICE DEVICES PORT "/" FUNCTION

static struct ran ran;

/* How long the output is made; 0: it is the real one. */
static size_t made_size;

void __real_export_nfd(const struct list *list, time_t expiry, FILE *stream);
void __wrap_export_nfd(const struct list *list, time_t expiry, FILE *stream);
void __real_export_prometheus(const struct list *list, FILE *stream);
void __wrap_export_prometheus(const struct list *list, FILE *stream);

static void write_made(FILE *stream)
{
	for (size_t i = 0; i < made_size; i++)
		fputc('\n', stream);
}

void __wrap_export_nfd(const struct list *list, time_t expiry, FILE *stream)
{
	if (!made_size)
		__real_export_nfd(list, expiry, stream);
	write_made(stream);
}

void __wrap_export_prometheus(const struct list *list, FILE *stream)
{
	if (!made_size)
		__real_export_prometheus(list, stream);
	write_made(stream);
}

int __wrap_check_host(struct host *host, enum purpose purpose, struct check *check,
		      struct why *why);

int __wrap_check_host(struct host *host, enum purpose purpose, struct check *check, struct why *why)
{
	(void)host;
	*check = (struct check){ .purpose = purpose };
	return because(why, -EIO, "a reason");
}

static void run(const char *root, const char *format, const char *output)
{
	command_run(&ran, cmd_export, "--sysfs", path_of("%s/sys", root).text, "--format", format,
		    output ? "--output" : NULL, output, NULL);
}

static void assert_out_of(const char *format, const char *part)
{
	if (!strstr(ran.out, part))
		fail_msg("%s: no %s in: %s", format, part, ran.out);
}

static void test_output(void **state)
{
	static const struct {
		const char *format, *part;
	} rows[] = {
		{ "nfd", "\nfeature.node.kubernetes.io/vpasid.functions.enabled=1\n" },
		{ "prometheus", "\nvpasid_functions{state=\"enabled\"} 1\n" },
	};
	const struct path file = path_of("%s/output", (char *)*state);

	made_size = 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		run(*state, rows[i].format, NULL);
		assert_int_equal(ran.status, EXIT_OK);
		assert_string_equal(ran.err, "");
		assert_out_of(rows[i].format, rows[i].part);
		run(*state, rows[i].format, file.text);
		assert_int_equal(ran.status, EXIT_OK);
		assert_string_equal(ran.out, "");
		assert_non_null(strstr(tree_read(*state, "output"), rows[i].part));
	}
}

static void test_size(void **state)
{
	static const struct {
		const char *format;
		size_t size;
		int status;
	} rows[] = {
		{ "nfd", 65535, EXIT_OK },	  { "nfd", 65536, EXIT_OK },
		{ "nfd", 65537, EXIT_ERROR },	  { "prometheus", 65536, EXIT_OK },
		{ "prometheus", 65537, EXIT_OK },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		made_size = rows[i].size;
		run(*state, rows[i].format, NULL);
		assert_int_equal(ran.status, rows[i].status);
		assert_int_equal(strlen(ran.out), rows[i].status ? 0 : rows[i].size);
		if (rows[i].status)
			assert_string_equal(ran.err,
					    "vpasid: NFD doesn't read files of more than 65536 "
					    "bytes, but the output has 65537: select functions by "
					    "-s or -d\n");
	}
	made_size = 0;
}

/* It isn't an error: the host is as it is. */
static void test_broken_chain(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];

	machine_fill_endpoint(config);
	machine_put(config, 0x100, 4, PCI_EXT_CAP_ID_ACS | 1 << 16 | 0x40u << 20);
	machine_write_config(*state, DEVICE, config, sizeof(config));
	run(*state, "nfd", NULL);
	assert_int_equal(ran.status, EXIT_OK);
	assert_string_equal(ran.err, "vpasid: " FUNCTION ": PASID is unknown: the chain of its "
				     "extended capabilities is broken\n");
	assert_out_of("nfd", ".functions.unknown=1\n");
}

static void test_failing_check(void **state)
{
	command_run(&ran, cmd_export, "--sysfs", path_of("%s/sys", (char *)*state).text, "--format",
		    "prometheus", "--for", "sva", NULL);
	assert_int_equal(ran.status, EXIT_ERROR);
	assert_string_equal(ran.out, "");
	assert_string_equal(ran.err, "vpasid: a reason\n");
}

#define TREE_TEST(test) cmocka_unit_test_setup_teardown(test, machine_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(test_output),
		TREE_TEST(test_size),
		TREE_TEST(test_broken_chain),
		TREE_TEST(test_failing_check),
	};

	return cmocka_run_group_tests_name("export_command", tests, NULL, NULL);
}
