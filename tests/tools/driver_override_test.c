// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * driver_override.h, on a made host whose kernel is __wrap_sysfs_write(): what happens if a driver
 * takes the function while it is being moved. Real moves are tested in the lab.
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

#include "bind/driver_override.h"
#include "support/sysfs.h"
#include "support/tree.h"

#define BDF    "0000:00:05.0"
#define PCI    "sys/devices/pci0000:00/" BDF
#define DRIVER "vfio-pci"

static const struct bdf bdf = { .device = 5, .text = BDF };

/* The drivers that have it once it was offered to DRIVER, once more and so on; "": none has. */
static const char *takers[4];
static unsigned int offers, unbinds;
static const char *root;

int __real_sysfs_write(const char *path, const char *value);
int __wrap_sysfs_write(const char *path, const char *value);

static bool ends_in(const char *path, const char *end)
{
	size_t length = strlen(path);

	return length >= strlen(end) && !strcmp(path + length - strlen(end), end);
}

static void set_driver(const char *driver)
{
	unlink(path_of("%s/" PCI "/driver", root).text);
	if (!*driver)
		return;
	tree_directory(root, path_of("sys/bus/pci/drivers/%s", driver).text);
	tree_file(root, path_of("sys/bus/pci/drivers/%s/unbind", driver).text, "");
	tree_link(root, PCI "/driver", path_of("%s/sys/bus/pci/drivers/%s", root, driver).text);
}

int __wrap_sysfs_write(const char *path, const char *value)
{
	int ret = __real_sysfs_write(path, value);

	if (ends_in(path, "/driver/unbind")) {
		unbinds++;
		set_driver("");
	} else if (ends_in(path, "/" DRIVER "/bind")) {
		assert_in_range(offers, 0, sizeof(takers) / sizeof(*takers) - 1);
		set_driver(takers[offers]);
		if (strcmp(takers[offers], DRIVER) != 0)
			ret = *takers[offers] ? -EBUSY : -EINVAL;
		offers++;
	}
	return ret;
}

static int setup(void **state)
{
	if (tree_setup(state))
		return -1;
	root = *state;
	tree_function(root, BDF);
	tree_file(root, PCI "/driver_override", "(null)\n");
	tree_directory(root, "sys/bus/pci/drivers/" DRIVER);
	tree_file(root, "sys/bus/pci/drivers/" DRIVER "/bind", "");
	offers = 0;
	unbinds = 0;
	return 0;
}

static int bind(struct why *why)
{
	return driver_override_bind(path_of("%s/sys", root).text, &bdf, DRIVER, why);
}

static void test_nobody_interferes(void **state)
{
	struct why why;

	(void)state;
	set_driver("nvme");
	takers[0] = DRIVER;
	assert_int_equal(bind(&why), 0);
	assert_int_equal(unbinds, 1);
	assert_int_equal(offers, 1);
}

/* A driver that was chosen before driver_override was set, and took it while we wrote. */
static void test_another_was_on_its_way(void **state)
{
	struct why why;

	(void)state;
	takers[0] = "nvme";
	takers[1] = DRIVER;
	assert_int_equal(bind(&why), 0);
	assert_int_equal(unbinds, 1);
	assert_int_equal(offers, 2);
}

/* It isn't fought over without end. */
static void test_another_comes_again(void **state)
{
	struct why why;

	(void)state;
	takers[0] = "nvme";
	takers[1] = "nvme";
	assert_int_equal(bind(&why), -ENODEV);
	assert_int_equal(offers, 2);
	assert_non_null(strstr(why.text, DRIVER " didn't bind to it, but nvme did"));
}

/* Nor is a driver asked again that has refused. */
static void test_refused(void **state)
{
	struct why why;

	(void)state;
	set_driver("nvme");
	takers[0] = "";
	assert_int_equal(bind(&why), -ENODEV);
	assert_int_equal(offers, 1);
	assert_non_null(strstr(why.text, DRIVER " didn't bind to it (Invalid argument); "));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nobody_interferes),
		TEST(test_another_was_on_its_way),
		TEST(test_another_comes_again),
		TEST(test_refused),
	};

	return cmocka_run_group_tests_name("tool_driver_override", tests, NULL, NULL);
}
