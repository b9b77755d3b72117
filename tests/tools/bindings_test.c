// SPDX-License-Identifier: GPL-2.0-or-later
/* bindings.h, on made hosts: what is in effect, and why what isn't is not. */
#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bind/bindings.h"
#include "cmd.h"
#include "facts/host_options.h"
#include "support/command.h"
#include "support/output.h"
#include "support/schema.h"
#include "support/sysfs.h"
#include "support/tree.h"

#define BDF   "0000:00:05.0"
#define PCI   "sys/devices/pci0000:00/" BDF
#define STATE "run/vpasid/" BDF
#define BOUND "bound=pasid_vfio_pci\ndriver=nvme\ndriver_override=\n"

static const char *made_root;

int __real_bindings_find(const char *root, struct bindings *bindings);
int __wrap_bindings_find(const char *root, struct bindings *bindings);
int __wrap_host_options_open(const struct host_options *options, struct host *host,
			     struct why *why);

/* The command's host is the made one. */
int __wrap_bindings_find(const char *root, struct bindings *bindings)
{
	return __real_bindings_find(*root ? root : made_root, bindings);
}

int __wrap_host_options_open(const struct host_options *options, struct host *host, struct why *why)
{
	(void)why;
	assert_null(options->sysfs);
	memset(host, 0, sizeof(*host));
	return 0;
}

static void set_driver(const char *root, const char *driver)
{
	tree_directory(root, path_of("sys/bus/pci/drivers/%s", driver).text);
	unlink(path_of("%s/" PCI "/driver", root).text);
	tree_link(root, PCI "/driver", path_of("%s/sys/bus/pci/drivers/%s", root, driver).text);
}

static int setup(void **state)
{
	const struct kept kept = { .keeper = KEEPER_UDEV,
				   .bdf = { .device = 5, .text = BDF },
				   .driver = "pasid_vfio_pci",
				   .vendor = 0x1234,
				   .device = 0x5678 };

	if (tree_setup(state))
		return -1;
	tree_function(*state, BDF);
	tree_file(*state, PCI "/vendor", "0x1234\n");
	tree_file(*state, PCI "/device", "0x5678\n");
	tree_file(*state, PCI "/driver_override", "(null)\n");
	tree_link(*state, PCI "/iommu_group", "../../../kernel/iommu_groups/5");
	tree_file(*state, "proc/self/mountinfo", "");
	tree_directory(*state, "etc");
	set_driver(*state, "pasid_vfio_pci");
	tree_directory(*state, PCI "/vfio-dev/vfio0");
	return kept_write(*state, &kept, NULL);
}

/* The one that is found */
static struct binding find(const char *root)
{
	struct bindings bindings;
	struct binding one;

	assert_int_equal(bindings_find(root, &bindings), 0);
	assert_int_equal(bindings.count, 1);
	one = bindings.bindings[0];
	bindings_free(&bindings);
	return one;
}

static void assert_binding(void **state, enum binding_state expected, const char *why)
{
	struct binding binding = find(*state);

	assert_int_equal(binding.state, expected);
	if (!strstr(binding.why.text, why))
		print_error("%s\n", binding.why.text);
	assert_non_null(strstr(binding.why.text, why));
}

static void test_in_effect(void **state)
{
	assert_binding(state, BINDING_IN_EFFECT, "");
	tree_file(*state, STATE, BOUND);
	assert_binding(state, BINDING_IN_EFFECT, "");
	assert_string_equal(find(*state).driver, "pasid_vfio_pci");
}

static void test_why_not(void **state)
{
	set_driver(*state, "nvme");
	assert_binding(state, BINDING_NOT_IN_EFFECT, "`vpasid bind --kept " BDF "` binds it");
	/* in the words of bind itself */
	tree_device(*state, "block", "pci0000:00/" BDF "/nvme/nvme0/nvme0n1", "259:0");
	tree_file(*state, "proc/self/mountinfo", "30 22 259:0 / / rw - xfs /dev/nvme0n1 rw\n");
	assert_binding(state, BINDING_NOT_IN_EFFECT, "nvme0n1 is mounted on /; --force");
	unlink(path_of("%s/" PCI "/iommu_group", (char *)*state).text);
	assert_binding(state, BINDING_NOT_IN_EFFECT, "it has no IOMMU group");
	tree_file(*state, PCI "/device", "0x5679\n");
	assert_binding(state, BINDING_NOT_IN_EFFECT, "another device has this address now");
	unlink(path_of("%s/sys/bus/pci/devices/" BDF, (char *)*state).text);
	assert_binding(state, BINDING_NOT_IN_EFFECT, "no such PCI function");
	tree_file(*state, "etc/udev/rules.d/05-vpasid-" BDF ".rules", "# mine\n");
	assert_binding(state, BINDING_NOT_IN_EFFECT, "has been changed since vpasid wrote it");
}

static void test_interrupted(void **state)
{
	tree_file(*state, STATE, BOUND "pending=yes\n");
	assert_binding(state, BINDING_INTERRUPTED, "was killed while it did: the next");
}

/* What is bound until the next boot alone */
static void test_not_kept(void **state)
{
	static struct ran ran;
	struct bindings bindings;

	unlink(path_of("%s/etc/udev/rules.d/05-vpasid-" BDF ".rules", (char *)*state).text);
	made_root = *state;
	command_run(&ran, cmd_bindings, NULL);
	assert_int_equal(ran.status, EXIT_OK);
	assert_string_equal(ran.out,
			    "vpasid has bound no function, and none is bound persistently\n");
	tree_file(*state, STATE, BOUND);
	assert_binding(state, BINDING_IN_EFFECT, "");
	assert_int_equal(find(*state).kept.keeper, KEEPER_NONE);
	/* its module was unloaded */
	unlink(path_of("%s/" PCI "/driver", (char *)*state).text);
	assert_binding(state, BINDING_NOT_IN_EFFECT,
		       "`vpasid bind --driver pasid_vfio_pci " BDF "` binds it");
	/* somebody gave it to another driver: what is remembered counts no more */
	set_driver(*state, "nvme");
	assert_int_equal(bindings_find(*state, &bindings), 0);
	assert_int_equal(bindings.count, 0);
	bindings_free(&bindings);
}

static void test_order_and_json(void **state)
{
	struct json_object *report, *devices;
	struct bindings bindings;

	tree_file(*state, "etc/driverctl.d/pci-" BDF, "vfio-pci\n");
	tree_file(*state, "etc/driverctl.d/pci-0000:00:01.0", "vfio-pci\n");
	assert_int_equal(bindings_find(*state, &bindings), 0);
	assert_int_equal(bindings.count, 3);
	assert_string_equal(bindings.bindings[0].kept.bdf.text, "0000:00:01.0");
	assert_int_equal(bindings.bindings[1].kept.keeper, KEEPER_UDEV);
	assert_int_equal(bindings.bindings[2].kept.keeper, KEEPER_DRIVERCTL);
	report = bindings_to_json("", &bindings);
	devices = json_object_object_get(report, "devices");
	assert_string_equal(
		json_object_to_json_string_ext(json_object_array_get_idx(devices, 1),
					       JSON_C_TO_STRING_PLAIN |
						       JSON_C_TO_STRING_NOSLASHESCAPE),
		"{\"bdf\":\"" BDF "\",\"device\":\"1234:5678\",\"bound_to\":\"pasid_vfio_pci\","
		"\"kept_by\":\"udev\",\"file\":\"/etc/udev/rules.d/05-vpasid-" BDF ".rules\","
		"\"driver\":\"pasid_vfio_pci\",\"state\":\"in-effect\",\"error\":null}");
	assert_true(schema_is_met(report));
	json_object_put(report);
	bindings_free(&bindings);
}

#define HEADER "BDF           DEVICE     DRIVER          KEPT BY  NOW             STATE\n"

static void test_command(void **state)
{
	static struct ran ran;

	made_root = *state;
	command_run(&ran, cmd_bindings, NULL);
	assert_int_equal(ran.status, EXIT_OK);
	assert_string_equal(ran.out, HEADER BDF
			    "  1234:5678  pasid_vfio_pci  udev     pasid_vfio_pci  in effect\n");
	/* a binding that isn't in effect, and the reason below the table */
	tree_file(*state, STATE, BOUND "pending=yes\n");
	command_run(&ran, cmd_bindings, NULL);
	assert_int_equal(ran.status, EXIT_NO_PASID);
	assert_non_null(strstr(ran.out, " interrupted\n" BDF ": "));
	command_run(&ran, cmd_bindings, "--json", NULL);
	assert_int_equal(ran.status, EXIT_NO_PASID);
	assert_non_null(strstr(ran.out, "\"interrupted\""));
	/* a keeper that isn't there, and IDs that aren't known */
	unlink(path_of("%s/etc/udev/rules.d/05-vpasid-" BDF ".rules", (char *)*state).text);
	tree_file(*state, STATE, BOUND);
	command_run(&ran, cmd_bindings, NULL);
	assert_int_equal(ran.status, EXIT_OK);
	assert_non_null(strstr(ran.out, BDF "  -       pasid_vfio_pci  nobody "));
	command_run(&ran, cmd_bindings, BDF, NULL);
	assert_int_equal(ran.status, EXIT_USAGE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_in_effect), TEST(test_why_not),	 TEST(test_interrupted),
		TEST(test_not_kept),  TEST(test_order_and_json), TEST(test_command),
	};

	return cmocka_run_group_tests_name("tool_bindings", tests, NULL, NULL);
}
