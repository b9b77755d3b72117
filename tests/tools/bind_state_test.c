// SPDX-License-Identifier: GPL-2.0-or-later
/* bind_state.h, in a made /run: what is written is read again, and nothing else is believed. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bind/bind_state.h"
#include "support/sysfs.h"
#include "support/tree.h"

#define BDF   "0000:00:05.0"
#define STATE "run/vpasid/" BDF

static const struct bdf bdf = { .device = 5, .text = BDF };

static int setup(void **state)
{
	if (tree_setup(state))
		return -1;
	tree_directory(*state, "run");
	return 0;
}

static void test_state(void **state)
{
	static const struct bind_state states[] = {
		{ "pasid_vfio_pci", "nvme", "" },
		{ "vfio-pci", "", "" },
		{ "pasid_vfio_pci", "vfio-pci", "vfio-pci" },
		{ "pasid_vfio_pci", "3w-9xxx (old) [x]", "none" },
	};
	struct bind_state copy;
	struct stat status;

	assert_int_equal(bind_state_read(*state, &bdf, &copy), -ENOENT);
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		assert_int_equal(bind_state_write(*state, &bdf, &states[i], NULL), 0);
		assert_int_equal(bind_state_read(*state, &bdf, &copy), 0);
		assert_string_equal(copy.bound, states[i].bound);
		assert_string_equal(copy.driver, states[i].driver);
		assert_string_equal(copy.driver_override, states[i].driver_override);
	}
	assert_int_equal(stat(path_of("%s/run/vpasid", (char *)*state).text, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0755);
	assert_int_equal(stat(path_of("%s/" STATE, (char *)*state).text, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0644);

	assert_int_equal(bind_state_remove(*state, &bdf), 0);
	assert_int_equal(bind_state_read(*state, &bdf, &copy), -ENOENT);
	assert_int_equal(bind_state_remove(*state, &bdf), 0);
	/* and nothing is left beside it */
	assert_int_equal(rmdir(path_of("%s/run/vpasid", (char *)*state).text), 0);
}

static void test_bad_state(void **state)
{
	static const char *const bad[] = {
		"",
		"bound=\ndriver=nvme\ndriver_override=\n",
		"bound=a\ndriver=nvme\n",
		"driver=nvme\nbound=a\ndriver_override=\n",
		"bound=a\ndriver=../../x\ndriver_override=\n",
		"bound=a\ndriver=..\ndriver_override=\n",
		"bound=a\ndriver=nv\033me\ndriver_override=\n",
		"bound=a\ndriver=nvme\ndriver_override=\nmore=1\n",
	};
	struct bind_state copy;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		tree_file(*state, STATE, bad[i]);
		assert_int_equal(bind_state_read(*state, &bdf, &copy), -EPROTO);
		assert_string_equal(copy.bound, "");
		assert_string_equal(copy.driver, "");
	}
}

/* DRIVER_NAME_SIZE counts the end. */
static void test_long_names(void **state)
{
	static const char form[] = "bound=a\ndriver=%s\ndriver_override=\n";
	char name[DRIVER_NAME_SIZE + 1] = "";
	struct bind_state copy;

	memset(name, 'x', DRIVER_NAME_SIZE);
	assert_false(driver_name_is_valid(name));
	tree_file(*state, STATE, path_of(form, name).text);
	assert_int_equal(bind_state_read(*state, &bdf, &copy), -EPROTO);

	name[DRIVER_NAME_SIZE - 1] = '\0';
	assert_true(driver_name_is_valid(name));
	tree_file(*state, STATE, path_of(form, name).text);
	assert_int_equal(bind_state_read(*state, &bdf, &copy), 0);
	assert_string_equal(copy.driver, name);
}

static void test_state_of_no_use(void **state)
{
	struct bind_state copy = { .bound = "a" };
	struct why why;

	tree_file(*state, "run/vpasid", "a file where the directory should be\n");
	assert_int_not_equal(bind_state_write(*state, &bdf, &copy, &why), 0);
	assert_non_null(strstr(why.text, STATE));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_state),
		TEST(test_bad_state),
		TEST(test_long_names),
		TEST(test_state_of_no_use),
	};

	return cmocka_run_group_tests_name("tool_bind_state", tests, NULL, NULL);
}
