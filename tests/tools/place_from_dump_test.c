// SPDX-License-Identifier: GPL-2.0-or-later
/* place/request.h on dumps, good and bad. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cmd.h"
#include "facts/function.h"
#include "facts/host.h"
#include "made_space.h"
#include "pci/config_space.h"
#include "pci/dump.h"
#include "place/request.h"
#include "support/command.h"
#include "support/machine.h"
#include "support/output.h"
#include "support/sysfs.h"
#include "support/tree.h"

#define LINE_00 "00: 86 80 25 0b 00 00 00 00 00 00 00 00 00 00 00 00\n"
#define LINE_10 "10: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
#define LINE_20 "20: 00 00 00 00 00 00 00 00 00 00 00 00 86 80 01 00\n"
#define LINE_30 "30: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
#define HEADER	LINE_00 LINE_10 LINE_20 LINE_30

/* Places in a dump: of all its functions, or of the one at @address. */
static void load_file(const char *root, const char *text, char *address, struct places *places)
{
	struct path file = path_of("%s/dump", root);
	char *bdfs[] = { address, NULL };
	struct places_request request = {
		.host.file = file.text,
		.quirks = root,
		.bdfs = bdfs,
	};

	tree_file(root, "dump", text);
	assert_int_equal(places_load(&request, places), EXIT_OK);
}

/* Each command that takes whole dumps says that it has too little of all functions. */
static void test_small_dump(void **state)
{
	static int (*const commands[])(int argc, char **argv) = { cmd_place, cmd_map, cmd_list };
	struct path file = path_of("%s/dump", (char *)*state);
	static struct ran ran;

	tree_file(*state, "dump", "00:05.0 x\n" HEADER);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		command_run(&ran, commands[i], "--file", file.text, NULL);
		assert_int_equal(ran.status, EXIT_ERROR);
		assert_string_equal(ran.out, "");
		assert_string_equal(
			ran.err,
			path_of("vpasid: %s: no function in it has the 4096 bytes of an "
				"extended config space: recreate it by `lspci -xxxx` as root\n",
				file.text)
				.text);
	}
}

static void test_binary_dumps(void **state)
{
	static const char null[] = "00:05.0 x\n\0\n";
	struct host host;
	char line[400], text[1000];

	(void)state;
	assert_int_equal(open_text(&host, null, sizeof(null) - 1), -EINVAL);
	assert_string_equal(why.text,
			    MACHINE_DUMP ":2: there is a null byte: this isn't text, so it can't "
					 "be output of lspci");

	/* libpci reads no line of more than 253 bytes; here it may be as long as it is */
	memset(line, 'x', sizeof(line));
	for (size_t length = 250; length < 258; length++) {
		assert_int_equal(open_text(&host, line, length), -EINVAL);
		assert_non_null(strstr(why.text,
				       MACHINE_DUMP ": no line begins with a function's address"));
		snprintf(text, sizeof(text), "00:05.0 %.*s\n" HEADER, (int)length, line);
		assert_int_equal(open_text(&host, text, strlen(text)), 0);
		assert_int_equal(read_config(&host, ADDRESS)->size, VPASID_CONFIG_MIN);
		host_close(&host);
	}
}

/* Each place at which a dump of 4 KiB may be cut. */
static void test_cut_dumps(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	struct host host;
	size_t length;
	char *text;

	(void)state;
	fill(config);
	text = dump_of(config);
	length = strlen(text);
	for (size_t cut = 0; cut < length; cut += cut < length - 60 ? 7 : 1) {
		int ret = open_text(&host, text, cut);

		if (ret) {
			assert_int_equal(ret, -EINVAL);
			assert_memory_equal(why.text, MACHINE_DUMP ":", sizeof(MACHINE_DUMP));
		} else {
			/* as much as other options print; the last lines are empty */
			assert_int_equal(read_config(&host, ADDRESS)->error,
					 cut < length - 2 ? -ENXIO : 0);
		}
		assert_true(!ret || cut < length - 2);
		host_close(&host);
	}
	free(text);
}

/* With Windows' line ends, what lspci -vv prints between, and other functions around. */
static void test_good_dump(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	char *text = NULL, *dump;
	struct places places;
	size_t size = 0;
	FILE *stream;

	fill(config);
	for (unsigned int i = 0x200; i < VPASID_CONFIG_SIZE; i++)
		config[i] = (uint8_t)(i * 7);
	dump = dump_of(config);
	stream = open_memstream(&text, &size);
	fputs("00:04.0 x\r\n\tControl: I/O-\r\n", stream);
	fputs(HEADER "\r\n", stream);
	for (const char *at = dump; *at; at++)
		fprintf(stream, *at == '\n' ? "\r\n" : "%c", *at);
	fputs("10000:e1:00.0 y\n" HEADER, stream);
	fclose(stream);

	load_file(*state, text, NULL, &places);
	assert_int_equal(places.subjects.count, 1);
	assert_string_equal(places.reports[0].bdf.text, ADDRESS);
	assert_read(places.subjects.functions[0]->config, config);
	places_free(&places);

	load_file(*state, text, "00:05.0", &places);
	assert_read(places.subjects.functions[0]->config, config);
	places_free(&places);

	load_file(*state, text, "00:04.0", &places);
	assert_int_equal(places.reports[0].error, -ENXIO);
	assert_non_null(strstr(places.reports[0].why.text, "only 64 bytes"));
	places_free(&places);

	load_file(*state, text, "00:06.0", &places);
	assert_int_equal(places.reports[0].error, -ENODEV);
	places_free(&places);
	free(text);
	free(dump);
}

/* In the dump's order; and one that is there twice isn't known. */
static void test_many_functions(void **state)
{
	static const char twice[] =
		"dump: this function is in the dump more than once: remove all but one";
	uint8_t config[VPASID_CONFIG_SIZE];
	struct places places;
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	fill(config);
	dump_to(stream, "00:07.0", config);
	dump_to(stream, "00:05.0", config);
	put_dword(config, 0, 0xffffffff);
	dump_to(stream, "00:05.1", config);
	dump_to(stream, "00:07.0", config);
	fclose(stream);

	load_file(*state, text, NULL, &places);
	assert_int_equal(places.subjects.count, 3);
	assert_string_equal(places.reports[0].bdf.text, "0000:00:07.0");
	assert_string_equal(places.reports[1].bdf.text, "0000:00:05.0");
	assert_string_equal(places.reports[2].bdf.text, "0000:00:05.1");
	assert_non_null(strstr(places.reports[0].why.text, twice));
	assert_int_equal(places.reports[1].space->device.kind, VPASID_FUNCTION_PF);
	assert_int_equal(places.reports[1].kind, PCI_KIND_FUNCTION);
	assert_true(config_space_has_ids(places.reports[1].space));
	assert_int_equal(places.reports[2].space->device.kind, VPASID_FUNCTION_VF);
	assert_int_equal(places.reports[2].kind, PCI_KIND_VF);
	assert_false(config_space_has_ids(places.reports[2].space));
	places_free(&places);

	load_file(*state, text, "00:07.0", &places);
	assert_int_equal(places.reports[0].error, -EINVAL);
	assert_non_null(strstr(places.reports[0].why.text, twice));
	places_free(&places);
	free(text);
}

static void test_files(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	struct places places;
	struct host host;
	char *text;

	fill(config);
	text = dump_of(config);
	load_file(*state, text, NULL, &places);
	assert_read(places.subjects.functions[0]->config, config);
	assert_string_not_equal(places.reports[0].name, "");
	places_free(&places);
	free(text);

	assert_int_equal(host_open_dump(&host, path_of("%s/none", (char *)*state).text, &why),
			 -ENOENT);
	assert_int_equal(host_open_dump(&host, *state, &why), -EISDIR);
	assert_non_null(strstr(why.text, "directory"));
	assert_int_equal(host_open_dump(&host, "/dev/zero", &why), -EFBIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_small_dump, tree_setup, tree_teardown),
		cmocka_unit_test(test_binary_dumps),
		cmocka_unit_test(test_cut_dumps),
		cmocka_unit_test_setup_teardown(test_good_dump, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_many_functions, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_files, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests_name("tool_place_from_dump", tests, NULL, NULL);
}
