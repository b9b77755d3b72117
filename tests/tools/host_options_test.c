// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/host_options.h: which host the options name, and whether its reports need domains. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "facts/host_options.h"
#include "support/output.h"
#include "support/sysfs.h"
#include "support/transcript.h"
#include "support/tree.h"

/* Only one of the first three, and a dump can't be woken. */
static void test_check(void **state)
{
	static const struct {
		struct host_options options;
		int status;
	} rows[] = {
		{ { .wakes = false }, EXIT_OK },
		{ { .wakes = true }, EXIT_OK },
		{ { .file = "x" }, EXIT_OK },
		{ { .sysfs = "x", .wakes = true }, EXIT_OK },
		{ { .record = "x", .wakes = true }, EXIT_OK },
		{ { .file = "x", .sysfs = "x" }, EXIT_USAGE },
		{ { .file = "x", .record = "x" }, EXIT_USAGE },
		{ { .sysfs = "x", .record = "x" }, EXIT_USAGE },
		{ { .file = "x", .sysfs = "x", .record = "x" }, EXIT_USAGE },
		{ { .file = "x", .wakes = true }, EXIT_USAGE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(host_options_check(&rows[i].options), rows[i].status);
}

static void assert_drops(struct host_options options, int ret, bool drops)
{
	struct host host;
	struct why why;

	assert_int_equal(host_options_open(&options, &host, &why), ret);
	assert_int_equal(output_drops_domain, drops);
	if (!ret)
		host_close(&host);
}

static void test_sysfs(void **state)
{
	struct path sysfs = path_of("%s/sys", (char *)*state);
	const struct host_options options = { .sysfs = sysfs.text };

	assert_drops(options, 0, true);
	tree_directory(*state, "sys/bus/pci/devices/0000:00:01.0");
	tree_directory(*state, "sys/bus/pci/devices/0001");
	assert_drops(options, 0, true);
	tree_directory(*state, "sys/bus/pci/devices/0001:00:01.0");
	assert_drops(options, 0, false);
}

static void test_dumps(void **state)
{
	(void)state;
	assert_drops((struct host_options){ .file = TRANSCRIPTS "dump" }, 0, true);
	assert_drops((struct host_options){ .file = TRANSCRIPTS "twice" }, 0, false);
	assert_drops((struct host_options){ .file = "/nonexistent" }, -ENOENT, false);
	assert_drops((struct host_options){ .record = "/nonexistent" }, -ENOENT, false);
	assert_drops((struct host_options){ .record = TRANSCRIPTS "asleep.tar.gz" }, 0, true);
}

/* Who is named, and how it is read */
static void test_hosts(void **state)
{
	struct path sysfs = path_of("%s/sys", (char *)*state);
	struct host host;
	struct why why;

	assert_int_equal(
		host_options_open(&(struct host_options){ .sysfs = sysfs.text, .wakes = true },
				  &host, &why),
		0);
	assert_int_equal(host.kind, HOST_TREE);
	assert_string_equal(host.sysfs, sysfs.text);
	assert_true(host.wakes);
	host_close(&host);
	assert_int_equal(host_options_open(&(struct host_options){ .wakes = false }, &host, &why),
			 0);
	assert_int_equal(host.kind, HOST_LIVE);
	assert_string_equal(host.sysfs, "/sys");
	assert_string_equal(host.root, "");
	assert_false(host.wakes);
	host_close(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check),
		cmocka_unit_test_setup_teardown(test_sysfs, tree_setup, tree_teardown),
		cmocka_unit_test(test_dumps),
		cmocka_unit_test_setup_teardown(test_hosts, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
