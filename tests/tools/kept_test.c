// SPDX-License-Identifier: GPL-2.0-or-later
/* kept.h, on made hosts: what makes a binding persistent, in which words, and whose files are left
 * alone. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bind/kept.h"
#include "support/sysfs.h"
#include "support/tree.h"

#define BDF	 "0000:6a:01.0"
#define RULE	 "etc/udev/rules.d/05-vpasid-" BDF ".rules"
#define DATABASE "etc/driverctl.d/pci-" BDF

static const struct bdf bdf = { .bus = 0x6a, .device = 1, .text = BDF };

static int setup(void **state)
{
	if (tree_setup(state))
		return -1;
	tree_file(*state, "run/udev/control", "");
	tree_directory(*state, "etc");
	return 0;
}

static struct kept kept_by(enum keeper keeper, const char *driver)
{
	struct kept kept = { .keeper = keeper, .bdf = bdf, .vendor = 0x8086, .device = 0xb25 };

	snprintf(kept.driver, sizeof(kept.driver), "%s", driver);
	return kept;
}

static bool has_file(const char *root, const char *path)
{
	return !access(path_of("%s/%s", root, path).text, F_OK);
}

static void test_rule(void **state)
{
	struct kept kept = kept_by(KEEPER_UDEV, "pasid_vfio_pci"), copy;
	struct path program;

	assert_int_equal(kept_read(*state, &bdf, &copy), -ENOENT);
	assert_int_equal(copy.keeper, KEEPER_NONE);
	assert_int_equal(kept_write(*state, &kept, NULL), 0);
	assert_int_equal(sysfs_link("/proc/self/exe", program.text, sizeof(program.text)), 0);
	assert_string_equal(
		tree_read(*state, RULE),
		path_of("# Written by `vpasid bind --persist`; `vpasid unbind " BDF
			"` removes it.\n"
			"ACTION==\"add\", SUBSYSTEM==\"pci\", KERNEL==\"" BDF
			"\", ATTR{vendor}==\"0x8086\", ATTR{device}==\"0x0b25\", TEST!=\"driver\", "
			"ATTR{driver_override}=\"pasid_vfio_pci\"\n"
			"ACTION==\"add\", SUBSYSTEM==\"pci\", KERNEL==\"" BDF
			"\", ATTR{vendor}==\"0x8086\", ATTR{device}==\"0x0b25\", RUN+=\"%s bind "
			"--kept " BDF "\"\n",
			program.text)
			.text);
	assert_int_equal(kept_read(*state, &bdf, &copy), 0);
	assert_int_equal(copy.keeper, KEEPER_UDEV);
	assert_string_equal(copy.driver, "pasid_vfio_pci");
	assert_int_equal(copy.vendor, 0x8086);
	assert_int_equal(copy.device, 0xb25);
	/* again, for another driver */
	kept = kept_by(KEEPER_UDEV, "vfio-pci");
	assert_int_equal(kept_write(*state, &kept, NULL), 0);
	assert_int_equal(kept_read(*state, &bdf, &copy), 0);
	assert_string_equal(copy.driver, "vfio-pci");
	assert_int_equal(kept_remove(*state, &bdf, NULL), 0);
	assert_false(has_file(*state, RULE));
	assert_int_equal(kept_remove(*state, &bdf, NULL), 0);
}

/* A rule that somebody has changed may do anything; it is still removed. */
static void test_edited_rule(void **state)
{
	static const char *const edits[][2] = {
		{ "KERNEL==\"0000:6a:01.0\"", "KERNEL==\"0000:6a:*.*\"  " },
		{ "ACTION==\"add\"", "ACTION==\"*\"  " },
		{ "bind --kept", "list --all " },
		{ "0x8086", "0x8O86" },
		{ "pasid_vfio_pci", "pasid vfio pci" },
		{ "`vpasid unbind", "`vpasid embind" },
	};
	struct kept kept = kept_by(KEEPER_UDEV, "pasid_vfio_pci"), copy;
	char text[4096];

	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		char *at;

		assert_int_equal(kept_write(*state, &kept, NULL), 0);
		snprintf(text, sizeof(text), "%s", tree_read(*state, RULE));
		at = strstr(text, edits[i][0]);
		assert_non_null(at);
		memcpy(at, edits[i][1], strlen(edits[i][1]));
		tree_file(*state, RULE, text);
		if (kept_read(*state, &bdf, &copy) != -EPROTO)
			print_error("%s\n", edits[i][1]);
		assert_int_equal(kept_read(*state, &bdf, &copy), -EPROTO);
		assert_int_equal(copy.keeper, KEEPER_UDEV);
		assert_string_equal(copy.driver, "");
	}
	tree_file(*state, RULE, "");
	assert_int_equal(kept_read(*state, &bdf, &copy), -EPROTO);
	assert_int_equal(kept_remove(*state, &bdf, NULL), 0);
	assert_false(has_file(*state, RULE));
}

static void test_who_keeps(void **state)
{
	static const char *const rules[] = { "etc/udev/rules.d", "usr/lib/udev/rules.d",
					     "lib/udev/rules.d" };

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct path path = path_of("%s/05-driverctl.rules", rules[i]);

		assert_int_equal(keeper_of_host(*state), KEEPER_UDEV);
		tree_file(*state, path.text, "");
		assert_int_equal(keeper_of_host(*state), KEEPER_DRIVERCTL);
		unlink(path_of("%s/%s", (char *)*state, path.text).text);
	}
	assert_null(keeper_name(KEEPER_NONE));
	assert_string_equal(keeper_name(KEEPER_DRIVERCTL), "driverctl");
}

/* One keeps it, not two. */
static void test_change_of_keeper(void **state)
{
	struct kept kept = kept_by(KEEPER_UDEV, "vfio-pci"), copy;

	assert_int_equal(kept_write(*state, &kept, NULL), 0);
	kept.keeper = KEEPER_DRIVERCTL;
	assert_int_equal(kept_write(*state, &kept, NULL), 0);
	assert_false(has_file(*state, RULE));
	assert_string_equal(tree_read(*state, DATABASE), "vfio-pci\n");
	assert_int_equal(kept_read(*state, &bdf, &copy), 0);
	assert_int_equal(copy.keeper, KEEPER_DRIVERCTL);
	assert_int_equal(copy.vendor, 0);
	kept.keeper = KEEPER_UDEV;
	assert_int_equal(kept_write(*state, &kept, NULL), 0);
	assert_false(has_file(*state, DATABASE));
}

/* driverctl's user may have other drivers there, or "none". */
static void test_others_of_driverctl(void **state)
{
	struct kept kept = kept_by(KEEPER_UDEV, "vfio-pci"), copy;

	tree_file(*state, DATABASE, "igb\n");
	assert_int_equal(kept_read(*state, &bdf, &copy), -ENOENT);
	assert_int_equal(kept_remove(*state, &bdf, NULL), 0);
	assert_true(has_file(*state, DATABASE));
	assert_int_equal(kept_write(*state, &kept, NULL), 0);
	assert_true(has_file(*state, DATABASE));
	tree_file(*state, DATABASE, "vfio-pci\nigb\n");
	assert_int_equal(kept_read(*state, &bdf, &copy), 0);
	assert_int_equal(kept_remove(*state, &bdf, NULL), 0);
}

static int count(void *context, const struct kept *kept)
{
	assert_int_equal(kept->bdf.device, 1);
	++*(int *)context;
	return 0;
}

static void test_list(void **state)
{
	struct kept kept = kept_by(KEEPER_UDEV, "vfio-pci");
	int found = 0;

	assert_int_equal(kept_list(*state, count, &found), 0);
	assert_int_equal(kept_write(*state, &kept, NULL), 0);
	tree_file(*state, "etc/udev/rules.d/05-vpasid-6a:01.0.rules", "");
	tree_file(*state, "etc/udev/rules.d/05-vpasid-.rules", "");
	tree_file(*state, "etc/udev/rules.d/05-vpasid-" BDF ".rules.bak", "");
	tree_file(*state, "etc/udev/rules.d/.05-vpasid-" BDF ".rules.Ab3xYz", "");
	tree_file(*state, "etc/driverctl.d/usb-1-1", "vfio\n");
	tree_file(*state, "etc/driverctl.d/pci-0000:6b:01.0", "vfio-pci\n");
	tree_file(*state, "etc/driverctl.d/pci-0000:6c:01.0", "igb\n");
	assert_int_equal(kept_list(*state, count, &found), 0);
	assert_int_equal(found, 2);
	kept_clean(*state);
	assert_false(has_file(*state, "etc/udev/rules.d/.05-vpasid-" BDF ".rules.Ab3xYz"));
	assert_true(has_file(*state, RULE));
	assert_true(has_file(*state, "etc/driverctl.d/usb-1-1"));
}

static void test_check(void **state)
{
	struct why why;

	assert_int_equal(keeper_check(*state, KEEPER_UDEV, "vfio-pci", &why), 0);
	assert_int_equal(keeper_check(*state, KEEPER_UDEV, "a\", RUN+=\"b", &why), -EINVAL);
	assert_int_equal(keeper_check(*state, KEEPER_UDEV, "a%p", &why), -EINVAL);
	/* this program is a test's, which root doesn't run at boot */
	unlink(path_of("%s/run/udev/control", (char *)*state).text);
	assert_int_equal(keeper_check(*state, KEEPER_DRIVERCTL, "vfio-pci", &why), -ENOSYS);
	assert_non_null(strstr(why.text, "isn't running here"));
}

static void test_permission(void **state)
{
	struct why why;

	/* made as it is needed */
	assert_int_equal(keeper_check_permission(*state, KEEPER_UDEV, &why), 0);
	assert_int_equal(keeper_check_permission(*state, KEEPER_DRIVERCTL, &why), 0);
	tree_directory(*state, "etc/udev/rules.d");
	assert_int_equal(keeper_check_permission(*state, KEEPER_UDEV, &why), 0);
	assert_int_equal(chmod(path_of("%s/etc/udev/rules.d", (char *)*state).text, 0555), 0);
	tree_drop_root(*state);
	assert_int_equal(keeper_check_permission(*state, KEEPER_UDEV, &why), -EACCES);
	assert_string_equal(why.text, "can't write to /etc/udev/rules.d, where udev has persistent "
				      "bindings: Permission denied; run as root");
	tree_regain_root();
}

static void test_other_device(void **state)
{
	struct kept kept = kept_by(KEEPER_UDEV, "vfio-pci");
	struct pci_function function = { .vendor = 0x8086, .device = 0xb25 };
	struct why why;

	(void)state;
	assert_int_equal(kept_check_function(&kept, &function, &why), 0);
	function.device = 0xcfe;
	assert_int_equal(kept_check_function(&kept, &function, &why), -ENODEV);
	assert_non_null(strstr(why.text, "8086:0cfe, but the persistent binding is for 8086:0b25"));
	/* driverctl doesn't ask */
	kept.keeper = KEEPER_DRIVERCTL;
	assert_int_equal(kept_check_function(&kept, &function, &why), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rule),
		TEST(test_edited_rule),
		TEST(test_who_keeps),
		TEST(test_change_of_keeper),
		TEST(test_others_of_driverctl),
		TEST(test_list),
		TEST(test_check),
		TEST(test_permission),
		TEST(test_other_device),
	};

	return cmocka_run_group_tests_name("tool_kept", tests, NULL, NULL);
}
