// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vfio/denylist.h: whether a driver takes what is on the list, by its parameter or by what
 * modprobe would load it with. tests/lab/denylist_sources_test.sh compares the list itself.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/sysfs.h"
#include "support/tree.h"
#include "vfio/denylist.h"

static enum fact is_disabled(const char *root, const char *driver)
{
	return denylist_is_disabled(path_of("%s/sys", root).text, root, driver);
}

/* Intel's devices of the list, and no other */
static void test_list(void **state)
{
	static const uint16_t devices[] = { 0x0435, 0x0443, 0x0b25, 0x0cfe,
					    0x19e2, 0x19e3, 0x37c8, 0x37c9 };
	size_t found = 0;

	(void)state;
	for (unsigned int device = 0; device <= UINT16_MAX; device++)
		if (denylist_has(0x8086, (uint16_t)device))
			assert_int_equal(device, devices[found++]);
	assert_int_equal(found, sizeof(devices) / sizeof(devices[0]));
	assert_false(denylist_has(0x8087, 0x0b25));
	assert_false(denylist_has(0x8085, 0x0b25));
	assert_false(denylist_has(0, 0));
}

/* Only the parameter of the loaded module counts. */
static void test_loaded(void **state)
{
	tree_file(*state, "etc/modprobe.d/x.conf", "options pasid_vfio_pci disable_denylist=1\n");
	tree_file(*state, "sys/module/pasid_vfio_pci/parameters/disable_denylist", "N\n");
	tree_file(*state, "sys/module/vfio_pci/parameters/disable_denylist", "Y\n");
	assert_int_equal(is_disabled(*state, "pasid_vfio_pci"), FACT_NO);
	assert_int_equal(is_disabled(*state, "vfio-pci"), FACT_YES);
}

static void test_options(void **state)
{
	static const struct {
		const char *text;
		enum fact disabled;
	} rows[] = {
		{ "options vfio-pci disable_denylist=1\n", FACT_YES },
		{ "options vfio_pci disable_denylist\n", FACT_YES },
		{ " options vfio-pci ids=1:2 disable_denylist=Y", FACT_YES },
		{ "options vfio-pci disable_denylist=0\n", FACT_NO },
		{ "options vfio-pci disable_denylist=1 disable_denylist=off\n", FACT_NO },
		{ "options vfio-pci disable_denylisted=1\n", FACT_NO },
		{ "options vfio-pci no_disable_denylist=1\n", FACT_NO },
		{ "options vfio-pci-core disable_denylist=1\n", FACT_NO },
		{ "# options vfio-pci disable_denylist=1\n", FACT_NO },
		{ "options vfio-pci \"disable_denylist=1\"\n", FACT_YES },
		{ "options vfio-pci disable_denylist=\"1\"\n", FACT_YES },
		{ "options vfio-pci disable-denylist=1\n", FACT_YES },
		{ "options vfio-pci ids=\"1:2 disable_denylist=1\"\n", FACT_NO },
		{ "options vfio-pci disable_denylist=1 disable_denylist=maybe\n", FACT_YES },
		/* the kernel ignores what is behind it */
		{ "options vfio-pci -- disable_denylist=1\n", FACT_NO },
		{ "softdep vfio-pci disable_denylist=1\noptions\noptions vfio-pci\n", FACT_NO },
		{ "options vfio-pci \\\n disable_denylist=1\n", FACT_YES },
		{ "options vfio-pci disable_\\\ndenylist=1", FACT_YES },
		{ "options vfio-pci disable_denylist=1\\\n", FACT_YES },
		{ "# a comment \\\noptions vfio-pci disable_denylist=1\n", FACT_NO },
		{ "\n\\\n\noptions vfio-pci disable_denylist=1\n", FACT_YES },
		{ "", FACT_NO },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tree_file(*state, "etc/modprobe.d/x.conf", rows[i].text);
		if (is_disabled(*state, "vfio-pci") != rows[i].disabled)
			print_error("of: %s", rows[i].text);
		assert_int_equal(is_disabled(*state, "vfio-pci"), rows[i].disabled);
	}
	tree_file(*state, "etc/modprobe.d/x.conf.bak", "options vfio-pci disable_denylist=1\n");
	assert_int_equal(is_disabled(*state, "vfio-pci"), FACT_NO);
}

/* An option at the end of it counts, and what follows a blank in it begins no line. */
static void test_long_line(void **state)
{
	static char text[20000] = "# ";

	memset(text + 2, 'x', 9000);
	snprintf(text + 8191, sizeof(text) - 8191, "options vfio-pci disable_denylist=1\n");
	tree_file(*state, "etc/modprobe.d/x.conf", text);
	assert_int_equal(is_disabled(*state, "vfio-pci"), FACT_NO);

	snprintf(text, sizeof(text), "options vfio-pci %9000s disable_denylist=1\n", "ids=1:2");
	tree_file(*state, "etc/modprobe.d/x.conf", text);
	assert_int_equal(is_disabled(*state, "vfio-pci"), FACT_YES);
}

static void write_option(const char *root, const char *file, int value)
{
	char text[64];

	snprintf(text, sizeof(text), "options vfio-pci disable_denylist=%d\n", value);
	tree_file(root, file, text);
}

/* As kmod 30's `modprobe --showconfig` has it: by name, and a name counts once. */
static void test_order_of_files(void **state)
{
	write_option(*state, "lib/modprobe.d/b.conf", 1);
	assert_int_equal(is_disabled(*state, "vfio-pci"), FACT_YES);
	write_option(*state, "etc/modprobe.d/a.conf", 0);
	assert_int_equal(is_disabled(*state, "vfio-pci"), FACT_YES);
	write_option(*state, "run/modprobe.d/c.conf", 0);
	assert_int_equal(is_disabled(*state, "vfio-pci"), FACT_NO);
	write_option(*state, "etc/modprobe.d/c.conf", 1);
	assert_int_equal(is_disabled(*state, "vfio-pci"), FACT_YES);
	write_option(*state, "usr/local/lib/modprobe.d/.d.conf", 0);
	assert_int_equal(is_disabled(*state, "vfio-pci"), FACT_YES);
	write_option(*state, "usr/local/lib/modprobe.d/d.conf", 0);
	assert_int_equal(is_disabled(*state, "vfio-pci"), FACT_NO);
}

/* These are what kmod 30's `modprobe --showconfig` takes from such command lines. */
static void test_command_line(void **state)
{
	static const struct {
		const char *text;
		enum fact disabled;
	} rows[] = {
		{ "quiet vfio_pci.disable_denylist=1\n", FACT_YES },
		{ "vfio-pci.disable_denylist=1 quiet\n", FACT_YES },
		{ "vfio_pci.disable-denylist=1\n", FACT_YES },
		{ "quiet vfio_pci.disable_denylist\n", FACT_YES },
		{ "vfio_pci.disable_denylist=\"1\" quiet\n", FACT_YES },
		{ "\"vfio_pci.disable_denylist=1\" quiet\n", FACT_YES },
		{ "x.y=\"a vfio_pci.disable_denylist=1\" quiet\n", FACT_NO },
		{ "\"x vfio_pci.disable_denylist=1\" quiet\n", FACT_NO },
		{ "vfio_pci.disable_denylist=1 vfio-pci.disable_denylist=off\n", FACT_NO },
		/* which is for init by the kernel, but not by modprobe */
		{ "quiet -- vfio_pci.disable_denylist=1\n", FACT_YES },
		{ "xvfio_pci.disable_denylist=1 vfio_pci.disable_denylisted=1\n", FACT_NO },
		{ "\n", FACT_NO },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tree_file(*state, "proc/cmdline", rows[i].text);
		if (is_disabled(*state, "vfio-pci") != rows[i].disabled)
			print_error("of: %s", rows[i].text);
		assert_int_equal(is_disabled(*state, "vfio-pci"), rows[i].disabled);
		assert_int_equal(is_disabled(*state, "pasid_vfio_pci"), FACT_NO);
	}
}

static void test_unknown(void **state)
{
	struct path sysfs = path_of("%s/sys", (const char *)*state);

	/* a driver that has no denylist, as far as is known here */
	assert_int_equal(is_disabled(*state, "mlx5_vfio_pci"), FACT_UNKNOWN);
	/* a record of sysfs alone */
	assert_int_equal(denylist_is_disabled(sysfs.text, NULL, "vfio-pci"), FACT_UNKNOWN);
	/* loaded, and without the parameter */
	tree_file(*state, "sys/module/vfio_pci/refcnt", "0\n");
	assert_int_equal(is_disabled(*state, "vfio-pci"), FACT_UNKNOWN);
}

static const char *todo(const char *root, const char *driver)
{
	static struct why why;

	denylist_todo(path_of("%s/sys", root).text, driver, &why);
	return why.text;
}

/* What to do depends on whether the module is loaded, and on what it has. */
static void test_todo(void **state)
{
	struct why without;

	denylist_todo(NULL, "vfio-pci", &without);
	assert_string_equal(without.text,
			    "if you accept that risk: `modprobe -r vfio-pci`, then `modprobe "
			    "vfio-pci disable_denylist=1`; permanently: \"options vfio-pci "
			    "disable_denylist=1\" in a file of /etc/modprobe.d");
	assert_string_equal(todo(*state, "vfio-pci"), without.text);
	tree_file(*state, "sys/module/vfio_pci/parameters/disable_denylist", "N\n");
	tree_file(*state, "sys/module/vfio_pci/initstate", "live\n");
	tree_file(*state, "sys/bus/pci/drivers/vfio-pci/bind", "");
	assert_string_equal(todo(*state, "vfio-pci"), without.text);
	tree_link(*state, "sys/bus/pci/drivers/vfio-pci/0000:00:07.0", "x");
	assert_non_null(
		strstr(todo(*state, "vfio-pci"),
		       "; bound to it now: 0000:00:07.0: stop the programs that use them first"));
	tree_link(*state, "sys/bus/pci/drivers/vfio-pci/0000:00:06.0", "x");
	assert_non_null(strstr(todo(*state, "vfio-pci"),
			       "; bound to it now: 0000:00:06.0 and 1 more: stop"));
	unlink(path_of("%s/sys/module/vfio_pci/initstate", (char *)*state).text);
	assert_string_equal(todo(*state, "vfio-pci"),
			    "if you accept that risk: vfio-pci is built into the kernel, so add "
			    "vfio_pci.disable_denylist=1 to the kernel's command line and reboot");
}

/* A module that can be unloaded has a reference count, or at least a state. */
static void test_built_in(void **state)
{
	static const char built_in[] = "is built into the kernel";
	const char *root = *state;

	tree_directory(root, "sys/module/vfio_pci");
	assert_null(strstr(todo(root, "vfio-pci"), built_in));
	tree_file(root, "sys/module/vfio_pci/parameters/disable_denylist", "N\n");
	assert_non_null(strstr(todo(root, "vfio-pci"), built_in));
	tree_file(root, "sys/module/vfio_pci/refcnt", "0\n");
	assert_null(strstr(todo(root, "vfio-pci"), built_in));
}

/* Who is bound to it: the first by BDF, and how many more there are */
static void test_users(void **state)
{
	const char *root = *state;

	tree_link(root, "sys/bus/pci/drivers/vfio-pci/0000:00:05.0", "x");
	tree_link(root, "sys/bus/pci/drivers/vfio-pci/0000:00:07.0", "x");
	tree_link(root, "sys/bus/pci/drivers/vfio-pci/0000:00:06.0", "x");
	tree_link(root, "sys/bus/pci/drivers/vfio-pci/module", "x");
	assert_non_null(strstr(todo(root, "vfio-pci"),
			       "; bound to it now: 0000:00:05.0 and 2 more: stop the programs that "
			       "use them first, as they are unbound until the module is loaded "
			       "again"));
}

static void test_explain(void **state)
{
	struct why why;

	(void)state;
	assert_int_equal(denylist_explain(NULL, 0x8086, 0x0b25, "vfio-pci", &why), -EPERM);
	assert_string_equal(
		why.text,
		"8086:0b25 is on the denylist of VFIO's drivers (known errata that may lead to "
		"exploitable stability or security issues when accessed by untrusted users), and "
		"vfio-pci refuses it; if you accept that risk: `modprobe -r vfio-pci`, then "
		"`modprobe vfio-pci disable_denylist=1`; permanently: \"options vfio-pci "
		"disable_denylist=1\" in a file of /etc/modprobe.d");
}

/* A parameter's value that the kernel wouldn't print */
static void test_odd_value(void **state)
{
	static const char file[] = "sys/module/vfio_pci/parameters/disable_denylist";

	tree_file(*state, file, "\n");
	assert_int_equal(is_disabled(*state, "vfio-pci"), FACT_UNKNOWN);
	tree_file(*state, file, "x\n");
	assert_int_equal(is_disabled(*state, "vfio-pci"), FACT_UNKNOWN);
	tree_file(*state, file, "Y234567");
	assert_int_equal(is_disabled(*state, "vfio-pci"), FACT_YES);
	tree_file(*state, file, "Y2345678");
	assert_int_equal(is_disabled(*state, "vfio-pci"), FACT_UNKNOWN);
}

static void test_stays_disabled(void **state)
{
	tree_file(*state, "sys/module/vfio_pci/parameters/disable_denylist", "Y\n");
	assert_int_equal(denylist_stays_disabled(*state, "vfio-pci"), FACT_NO);
	assert_int_equal(denylist_stays_disabled(*state, "mlx5_vfio_pci"), FACT_UNKNOWN);
	write_option(*state, "etc/modprobe.d/a.conf", 1);
	assert_int_equal(denylist_stays_disabled(*state, "vfio-pci"), FACT_YES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),
		cmocka_unit_test_setup_teardown(test_loaded, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_options, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_long_line, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_order_of_files, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_command_line, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_unknown, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_todo, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_built_in, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_users, tree_setup, tree_teardown),
		cmocka_unit_test(test_explain),
		cmocka_unit_test_setup_teardown(test_odd_value, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_stays_disabled, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests_name("tool_denylist", tests, NULL, NULL);
}
