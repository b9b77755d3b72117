// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid vm as a command: what it prints of a recorded sysfs, its errors and its status. */
#include <json-c/json.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cmd.h"
#include "made_vm.h"
#include "support/command.h"
#include "support/machine.h"
#include "support/output.h"
#include "support/schema.h"
#include "support/tree.h"

static struct ran ran;

static void run(const char *root, const char *vmm, const char *bdf, const char *more)
{
	command_run(&ran, cmd_vm, "--for", vmm, "--sysfs", path_of("%s/sys", root).text, "--quirks",
		    root, bdf, more, NULL);
}

static void test_command(void **state)
{
	struct json_object *report, *value;

	run(*state, "qemu", FUNCTION, NULL);
	assert_int_equal(ran.status, EXIT_ERROR); /* what the kernel is isn't known */
	assert_non_null(strstr(ran.err, FUNCTION ": qemu-kernel: unknown: "));
	assert_non_null(strstr(ran.out, "\n-device vfio-pci,"));
	assert_non_null(strstr(ran.err, FUNCTION ": ats: the function has no ATS"));

	run(*state, "libvirt", FUNCTION, "--json");
	assert_string_equal(ran.err, "");
	report = json_tokener_parse(ran.out);
	assert_non_null(report);
	assert_true(json_object_object_get_ex(report, "for", &value));
	assert_string_equal(json_object_get_string(value), "libvirt");
	assert_true(json_object_object_get_ex(report, "options", &value));
	assert_null(value);
	assert_true(json_object_object_get_ex(report, "domain", &value));
	assert_int_equal(strncmp(json_object_get_string(value), "<domain ", 8), 0);
	assert_true(schema_is_met(report));
	json_object_put(report);

	run(*state, "qemu", FUNCTION, "--json");
	report = json_tokener_parse(ran.out);
	assert_true(json_object_object_get_ex(report, "options", &value));
	assert_int_equal(json_object_array_length(value), 5);
	assert_true(json_object_object_get_ex(report, "devices", &value));
	assert_true(
		json_object_object_get_ex(json_object_array_get_idx(value, 0), "notes", &value));
	assert_int_equal(json_object_array_length(value), 1);
	json_object_put(report);
}

/* What is lacking in two places is two lines; what is lacking in one place is one. */
static void test_told_once(void **state)
{
	const char *root = *state;

	add_function(root, PORT "/", SECOND, PCI_EXP_TYPE_ENDPOINT, "dmar1");
	for (unsigned int i = 0; i < 2; i++)
		tree_file(root, path_of(REGISTERS, i ? "dmar1" : "dmar0", "ecap").text,
			  "3ef9e82f050df\n");
	tree_file(root, path_of(REGISTERS, "dmar1", "cap").text, "19ed008c40780c66\n");
	run(root, "qemu", FUNCTION, SECOND);
	assert_non_null(strstr(ran.err, FUNCTION ": qemu-nesting: dmar0 doesn't support"));
	assert_non_null(strstr(ran.err, SECOND ": qemu-nesting: dmar1 doesn't support"));
	assert_null(strstr(ran.err, SECOND ": qemu-kernel: "));

	put_on_vfio(root, DEVICES PORT "/" SECOND, "vfio-pci", "dmar0");
	run(root, "qemu", FUNCTION, SECOND);
	assert_non_null(strstr(ran.err, FUNCTION ": qemu-nesting: "));
	assert_null(strstr(ran.err, SECOND ": qemu-nesting: "));
}

/* Nothing is printed that would have QEMU choose a place by itself. */
static void test_errors(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	const char *said;

	run(*state, "qemu", "0000:03:00.0", NULL);
	assert_int_equal(ran.status, EXIT_ERROR);
	assert_string_equal(ran.out, "");
	assert_non_null(strstr(ran.err, "no such PCI function"));

	run(*state, "qemu", FUNCTION, FUNCTION);
	assert_int_equal(ran.status, EXIT_USAGE);
	assert_non_null(strstr(ran.err, "named twice"));
	run(*state, "firecracker", FUNCTION, NULL);
	assert_int_equal(ran.status, EXIT_USAGE);
	command_run(&ran, cmd_vm, FUNCTION, NULL);
	assert_int_equal(ran.status, EXIT_USAGE);
	assert_non_null(strstr(ran.err, "--for is missing"));
	command_run(&ran, cmd_vm, "--for", "qemu", NULL);
	assert_int_equal(ran.status, EXIT_USAGE);
	assert_null(strstr(ran.err, "--file"));

	/* as users other than root read it: this is reported once */
	machine_fill_endpoint(config);
	machine_write_config(*state, DEVICES PORT "/" FUNCTION, config, 64);
	run(*state, "qemu", FUNCTION, NULL);
	assert_int_equal(ran.status, EXIT_ERROR);
	assert_string_equal(ran.out, "");
	assert_non_null(strstr(ran.err, "; to do: see `vpasid explain`"));
	said = strstr(ran.err, "requires root");
	assert_non_null(said);
	assert_null(strstr(said + 1, "requires root"));

	/* For a function without PASID, vm says only that. */
	machine_fill_endpoint(config);
	machine_put(config, 0x100, 4, PCI_EXT_CAP_ID_ACS | 1 << 16);
	machine_write_config(*state, DEVICES PORT "/" FUNCTION, config, sizeof(config));
	run(*state, "qemu", FUNCTION, NULL);
	assert_null(strstr(ran.err, ": ats: "));
}

#define TREE_TEST(test) cmocka_unit_test_setup_teardown(test, made_vm_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(test_command),
		TREE_TEST(test_told_once),
		TREE_TEST(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
