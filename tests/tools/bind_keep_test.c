// SPDX-License-Identifier: GPL-2.0-or-later
/* bind.h, on made hosts: bindings that are kept over a reboot, and unbinding those. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "made_bind.h"
#include "support/sysfs.h"
#include "support/tree.h"

#define RULE "etc/udev/rules.d/05-vpasid-" BDF ".rules"

static struct bind_options keeping(void **state)
{
	struct bind_options options = options_for(state, false);

	options.persist = true;
	tree_directory(*state, "etc/udev");
	tree_file(*state, "run/udev/control", "");
	return options;
}

static bool has_rule(const char *root)
{
	return !access(path_of("%s/" RULE, root).text, F_OK);
}

static void assert_refused(const struct bind_options *options, const char *why)
{
	struct bind bind = { .bdf = bdf };

	assert_int_equal(bind_check(&bind, options), -EBUSY);
	assert_int_equal(bind.result, BIND_REFUSED);
	if (!strstr(bind.why.text, why))
		print_error("%s\n", bind.why.text);
	assert_non_null(strstr(bind.why.text, why));
}

/* Refused before anything is done, and by --dry-run, too */
static void test_keep_refused(void **state)
{
	struct bind_options options = keeping(state);

	/* after these results, no message says that the binding isn't persistent */
	bind_print(&(struct bind){ .bdf = bdf, .result = BIND_REFUSED }, &options);
	bind_print(&(struct bind){ .bdf = bdf, .result = BIND_UNTOUCHED }, &options);
	unbind_print(&(struct bind){ .bdf = bdf, .result = BIND_REFUSED }, &options);
	options.dry_run = true;
	tree_file(*state, PCI "/vendor", "0x8086\n");
	tree_file(*state, PCI "/device", "0x0b25\n");
	tree_file(*state, "sys/module/pasid_vfio_pci/parameters/disable_denylist", "Y\n");
	assert_refused(&options,
		       "would refuse it at the next boot; to bind it persistently: \"options "
		       "pasid_vfio_pci disable_denylist=1\" in a file of /etc/modprobe.d");
	/* also what is bound already */
	set_driver(*state, "pasid_vfio_pci");
	assert_refused(&options, "at the next boot");
	tree_file(*state, "etc/modprobe.d/x.conf", "options pasid_vfio_pci disable_denylist=1\n");
	assert_bind_check(state, false, 0, BIND_ALREADY, "");
	unlink(path_of("%s/run/udev/control", (char *)*state).text);
	assert_refused(&options, "isn't running here");
}

static void test_keep(void **state)
{
	struct bind_options options = keeping(state);
	struct bind bind = { .bdf = bdf };

	set_driver(*state, "pasid_vfio_pci");
	assert_int_equal(bind_check(&bind, &options), 0);
	assert_int_equal(bind.result, BIND_ALREADY);
	assert_int_equal(bind_keep(&bind, &options), 0);
	assert_true(has_rule(*state));
	/* the rule's path is a directory, which the check doesn't notice */
	unlink(path_of("%s/" RULE, (char *)*state).text);
	tree_directory(*state, RULE);
	assert_int_equal(bind_keep(&bind, &options), -EISDIR);
	assert_int_equal(bind.result, BIND_FAILED);
	assert_non_null(
		strstr(bind.why.text, "; it is bound to pasid_vfio_pci until the next boot"));
}

/* By the rule, which has set the override early: unbind mustn't go back to that. */
static void test_bind_kept(void **state)
{
	struct bind_options options = keeping(state);
	struct bind bind = { .bdf = bdf };

	unlink(path_of("%s/%s/driver", (char *)*state, PCI).text);
	tree_file(*state, PCI "/driver_override", "pasid_vfio_pci\n");
	options.persist = false;
	options.kept = true;
	assert_int_equal(bind_check(&bind, &options), 0);
	assert_int_equal(bind_act(&bind, &options), -ENODEV);
	/* it isn't bound in this tree, and what unbind does is seen by what is left to the kernel
	 */
	bind_release(&bind, *state, "pasid_vfio_pci");
	assert_int_equal(tree_read(*state, PCI "/driver_override")[0], '\n');
	assert_string_equal(tree_read(*state, "sys/bus/pci/drivers_probe"), BDF);
	/* an override of somebody else's stays */
	tree_file(*state, PCI "/driver_override", "other\n");
	bind_release(&bind, *state, "pasid_vfio_pci");
	assert_string_equal(tree_read(*state, PCI "/driver_override"), "other\n");
}

static void test_unbind_kept(void **state)
{
	struct bind_options options = keeping(state);
	struct bind bind = { .bdf = bdf };

	/* kept, and not bound */
	assert_int_equal(bind_check(&bind, &options), 0);
	assert_int_equal(bind_keep(&bind, &options), 0);
	bind = (struct bind){ .bdf = bdf };
	assert_int_equal(unbind_check(&bind, &options), 0);
	assert_true(bind.is_kept_only);
	assert_int_equal(unbind_act(&bind, &options), 0);
	assert_false(has_rule(*state));
	assert_string_equal(bind.driver, "nvme");

	/* bound */
	assert_int_equal(bind_keep(&bind, &options), 0);
	tree_file(*state, STATE, "bound=pasid_vfio_pci\ndriver=\ndriver_override=\n");
	assert_unbinds(state, &bind);
	assert_false(has_rule(*state));
	assert_int_equal(bind.kept.keeper, KEEPER_UDEV);

	/* gone */
	assert_int_equal(bind_keep(&bind, &options), 0);
	unlink(path_of("%s/sys/bus/pci/devices/%s", (char *)*state, BDF).text);
	bind = (struct bind){ .bdf = bdf };
	assert_int_equal(unbind_check(&bind, &options), 0);
	assert_int_equal(unbind_act(&bind, &options), 0);
	assert_false(has_rule(*state));
	bind = (struct bind){ .bdf = bdf };
	assert_int_equal(unbind_check(&bind, &options), -ENODEV);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, made_bind_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_keep_refused),
		TEST(test_keep),
		TEST(test_bind_kept),
		TEST(test_unbind_kept),
	};

	return cmocka_run_group_tests_name("tool_bind_keep", tests, NULL, NULL);
}
