// SPDX-License-Identifier: GPL-2.0-or-later
/* place/request.h on made hosts. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd.h"
#include "facts/function.h"
#include "made_space.h"
#include "pci/config_space.h"
#include "place/request.h"
#include "support/command.h"
#include "support/output.h"
#include "support/sysfs.h"
#include "support/tree.h"

/* A function of a made host, with as much of its config space as @size. */
static void make_function(const char *root, const char *bdf, const uint8_t *config, size_t size)
{
	FILE *file;

	tree_function(root, bdf);
	tree_file(root, path_of("sys/devices/pci0000:00/%s/vendor", bdf).text, "0x8086\n");
	tree_file(root, path_of("sys/devices/pci0000:00/%s/device", bdf).text, "0x0b25\n");
	tree_file(root, path_of("sys/devices/pci0000:00/%s/class", bdf).text, "0x088000\n");
	tree_file(root, path_of("sys/devices/pci0000:00/%s/subsystem_vendor", bdf).text,
		  "0x8086\n");
	tree_file(root, path_of("sys/devices/pci0000:00/%s/subsystem_device", bdf).text,
		  "0x0001\n");
	file = fopen(path_of("%s/sys/devices/pci0000:00/%s/config", root, bdf).text, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(config, 1, size, file), size);
	fclose(file);
}

static void load_host(const char *root, char **bdfs, size_t count, struct places *places)
{
	struct path sysfs = path_of("%s/sys", root);
	struct places_request request = {
		.host.sysfs = sysfs.text,
		.quirks = root,
		.bdfs = bdfs,
	};

	assert_int_equal(places_load(&request, places), EXIT_OK);
	assert_int_equal(places->subjects.count, count);
}

static void test_host(void **state)
{
	static const struct {
		char *bdf;
		size_t size;
		int error;
	} rows[] = {
		{ "0000:00:05.0", VPASID_CONFIG_SIZE, 0 },
		{ "0000:00:05.1", VPASID_CONFIG_SIZE, 0 },
		{ "0000:00:06.0", VPASID_CONFIG_MIN, -EACCES },
		{ "0000:00:07.0", VPASID_CONFIG_CONVENTIONAL, -ENXIO },
		{ "0000:00:08.0", 0x300, -ENODATA },
	};
	const size_t count = sizeof(rows) / sizeof(rows[0]);
	uint8_t config[VPASID_CONFIG_SIZE];
	struct places places;
	char *bdfs[7] = { 0 };

	fill(config);
	for (size_t i = 0; i < count; i++) {
		make_function(*state, rows[i].bdf, config, rows[i].size);
		bdfs[i] = rows[i].bdf;
	}
	tree_link(*state, "sys/devices/pci0000:00/0000:00:05.1/physfn", "../0000:00:05.0");
	bdfs[count] = "00:1f.0";

	load_host(*state, bdfs, count + 1, &places);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(places.reports[i].error, rows[i].error);
	assert_int_equal(places.reports[count].error, -ENODEV);
	assert_read(places.subjects.functions[0]->config, config);
	assert_read(places.subjects.functions[1]->config, config);
	assert_int_equal(places.subjects.functions[0]->config->device.kind, VPASID_FUNCTION_PF);
	assert_int_equal(places.subjects.functions[1]->config->device.kind, VPASID_FUNCTION_VF);
	assert_string_equal(places.subjects.functions[1]->pci.pf.text, "0000:00:05.0");
	assert_int_equal(places.reports[0].kind, PCI_KIND_FUNCTION);
	assert_int_equal(places.reports[1].kind, PCI_KIND_VF);
	places_free(&places);
}

/* A function that goes away: what was read of it has a place, but its identity isn't known. */
static void test_vanishing_function(void **state)
{
	struct path sysfs = path_of("%s/sys", (char *)*state);
	char *bdfs[] = { ADDRESS, NULL };
	uint8_t config[VPASID_CONFIG_SIZE];
	struct places places;
	static struct ran ran;

	fill(config);
	memset(config, 0, PCI_COMMAND);
	make_function(*state, ADDRESS, config, VPASID_CONFIG_SIZE);
	unlink(path_of("%s/sys/devices/pci0000:00/" ADDRESS "/vendor", (char *)*state).text);
	load_host(*state, bdfs, 1, &places);
	assert_int_equal(places.reports[0].error, 0);
	assert_false(config_space_has_ids(places.reports[0].space));
	places_free(&places);

	command_run(&ran, cmd_place, "--sysfs", sysfs.text, ADDRESS, NULL);
	assert_int_equal(ran.status, EXIT_OK);
	assert_string_equal(ran.err,
			    "vpasid: " ADDRESS ": its IDs are unknown: quirks can't be looked "
			    "up\n");
}

/* What --emit prints is a dump, in which another vpasid finds the capability where it was put. */
static void test_emit(void **state)
{
	struct path sysfs = path_of("%s/sys", (char *)*state);
	struct path emitted = path_of("%s/emitted", (char *)*state);
	uint8_t config[VPASID_CONFIG_SIZE];
	static struct ran ran;

	fill(config);
	make_function(*state, ADDRESS, config, VPASID_CONFIG_SIZE);
	command_run(&ran, cmd_place, "--sysfs", sysfs.text, "--emit", ADDRESS, NULL);
	assert_int_equal(ran.status, EXIT_OK);
	assert_non_null(strstr(ran.out, "[PASID as libvpasid inserts it]\n00: 86 80 25 0b "));
	tree_file(*state, "emitted", ran.out);
	command_run(&ran, cmd_map, "--file", emitted.text, NULL);
	assert_non_null(strstr(ran.out, "  PASID v1\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_host, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_vanishing_function, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_emit, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests_name("tool_place_from_host", tests, NULL, NULL);
}
