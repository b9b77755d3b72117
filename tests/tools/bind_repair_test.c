// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What bind_repair() does with each state that a killed command may leave, on made hosts. In the
 * lab commands are killed.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bind/bind.h"
#include "bind/bind_state.h"
#include "support/sysfs.h"
#include "support/tree.h"

#define BDF   "0000:00:05.0"
#define PCI   "sys/devices/pci0000:00/" BDF
#define STATE "run/vpasid/" BDF
#define BOUND "bound=pasid_vfio_pci\ndriver=nvme\ndriver_override=\n"

static const struct bdf bdf = { .device = 5, .text = BDF };

static void add_driver(const char *root, const char *driver)
{
	tree_file(root, path_of("sys/bus/pci/drivers/%s/bind", driver).text, "");
	tree_file(root, path_of("sys/bus/pci/drivers/%s/unbind", driver).text, "");
}

static void set_driver(const char *root, const char *driver)
{
	unlink(path_of("%s/" PCI "/driver", root).text);
	if (*driver)
		tree_link(root, PCI "/driver",
			  path_of("%s/sys/bus/pci/drivers/%s", root, driver).text);
}

static int setup(void **state)
{
	if (tree_setup(state))
		return -1;
	tree_function(*state, BDF);
	tree_file(*state, PCI "/driver_override", "pasid_vfio_pci\n");
	add_driver(*state, "nvme");
	add_driver(*state, "pasid_vfio_pci");
	tree_directory(*state, "run");
	tree_file(*state, "sys/bus/pci/drivers_probe", "");
	return 0;
}

static bool is_remembered(const char *root)
{
	return !access(path_of("%s/" STATE, root).text, F_OK);
}

static void assert_override(const char *root, const char *value)
{
	assert_int_equal(strncmp(tree_read(root, PCI "/driver_override"), value, strlen(value)), 0);
}

/* It had got no further than the override. */
static void test_never_taken(void **state)
{
	set_driver(*state, "nvme");
	tree_file(*state, STATE, BOUND "pending=yes\n");
	bind_repair(*state);
	assert_override(*state, "\n");
	assert_false(is_remembered(*state));
	/* which was all that had been changed */
	assert_string_equal(tree_read(*state, "sys/bus/pci/drivers/nvme/unbind"), "");
	assert_string_equal(tree_read(*state, "sys/bus/pci/drivers/nvme/bind"), "");
}

static void test_without_driver(void **state)
{
	tree_file(*state, STATE, BOUND "pending=yes\n");
	bind_repair(*state);
	assert_override(*state, "\n");
	assert_string_equal(tree_read(*state, "sys/bus/pci/drivers/nvme/bind"), BDF);
}

/* The kernel is to choose. */
static void test_kernel_chooses(void **state)
{
	tree_file(*state, STATE,
		  "bound=pasid_vfio_pci\ndriver=\ndriver_override=\nkernel_chooses=yes\n"
		  "pending=yes\n");
	bind_repair(*state);
	assert_override(*state, "\n");
	assert_string_equal(tree_read(*state, "sys/bus/pci/drivers_probe"), BDF);
	assert_false(is_remembered(*state));
}

/* Somebody may use it already: it stays bound. */
static void test_bound(void **state)
{
	set_driver(*state, "pasid_vfio_pci");
	tree_directory(*state, PCI "/vfio-dev/vfio0");
	tree_file(*state, PCI "/driver_override", "(null)\n");
	tree_file(*state, STATE, BOUND "pending=yes\n");
	bind_repair(*state);
	assert_override(*state, "pasid_vfio_pci");
	assert_string_equal(tree_read(*state, STATE), BOUND);
	assert_string_equal(tree_read(*state, "sys/bus/pci/drivers/pasid_vfio_pci/unbind"), "");
}

/* A module that was unloaded is no accident, and what is bound none of our business. */
static void test_not_pending(void **state)
{
	tree_file(*state, STATE, BOUND);
	bind_repair(*state);
	assert_override(*state, "pasid_vfio_pci");
	assert_string_equal(tree_read(*state, STATE), BOUND);
	assert_string_equal(tree_read(*state, "sys/bus/pci/drivers_probe"), "");
}

static void test_gone(void **state)
{
	unlink(path_of("%s/sys/bus/pci/devices/" BDF, (char *)*state).text);
	tree_file(*state, STATE, BOUND "pending=yes\n");
	bind_repair(*state);
	assert_false(is_remembered(*state));
}

/* The kernel of this tree binds nothing: that is tried again by the next one. */
static void test_fails(void **state)
{
	tree_file(*state, STATE, BOUND "pending=yes\n");
	bind_repair(*state);
	assert_true(is_remembered(*state));
}

static void test_odd_files(void **state)
{
	tree_file(*state, STATE, "bound=a\nnonsense\npending=yes\n");
	tree_file(*state, "run/vpasid/lock", "");
	tree_file(*state, "run/vpasid/." BDF ".Ab3xYz", "half of it");
	tree_file(*state, "run/vpasid/.other", "");
	tree_file(*state, "etc/udev/rules.d/.05-vpasid-" BDF ".rules.Ab3xYz", "half of it");
	bind_repair(*state);
	assert_override(*state, "pasid_vfio_pci");
	assert_true(is_remembered(*state));
	assert_int_not_equal(
		access(path_of("%s/run/vpasid/." BDF ".Ab3xYz", (char *)*state).text, F_OK), 0);
	assert_int_equal(access(path_of("%s/run/vpasid/.other", (char *)*state).text, F_OK), 0);
	assert_int_not_equal(access(path_of("%s/etc/udev/rules.d/.05-vpasid-" BDF ".rules.Ab3xYz",
					    (char *)*state)
					    .text,
				    F_OK),
			     0);
}

/* And bind marks what it is changing. */
static void test_state(void **state)
{
	struct bind_state copy, mark = { .bound = "a", .kernel_chooses = true, .is_pending = true };

	assert_int_equal(bind_state_write(*state, &bdf, &mark, NULL), 0);
	assert_int_equal(bind_state_read(*state, &bdf, &copy), 0);
	assert_true(copy.kernel_chooses && copy.is_pending);
	assert_null(bind_state_former(&copy));
	mark.kernel_chooses = false;
	assert_int_equal(bind_state_write(*state, &bdf, &mark, NULL), 0);
	assert_int_equal(bind_state_read(*state, &bdf, &copy), 0);
	assert_true(!copy.kernel_chooses && copy.is_pending);
	assert_string_equal(bind_state_former(&copy), "");
	tree_file(*state, STATE, BOUND "pending=yesterday\n");
	assert_int_equal(bind_state_read(*state, &bdf, &copy), -EPROTO);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_never_taken), TEST(test_without_driver), TEST(test_kernel_chooses),
		TEST(test_bound),	TEST(test_not_pending),	   TEST(test_gone),
		TEST(test_fails),	TEST(test_odd_files),	   TEST(test_state),
	};

	return cmocka_run_group_tests_name("tool_bind_repair", tests, NULL, NULL);
}
