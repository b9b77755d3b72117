// SPDX-License-Identifier: GPL-2.0-or-later
/* place/, and what it is given: dumps good and bad, hosts, places, VMMs. */
#include <errno.h>
#include <linux/pci_regs.h>
#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd.h"
#include "facts/function.h"
#include "facts/host.h"
#include "pci/config_space.h"
#include "pci/dump.h"
#include "place/place_report.h"
#include "place/placement.h"
#include "place/request.h"
#include "support/command.h"
#include "support/output.h"
#include "support/sysfs.h"
#include "support/machine.h"
#include "support/tree.h"

#define ADDRESS "0000:00:05.0"
#define LINE_00 "00: 86 80 25 0b 00 00 00 00 00 00 00 00 00 00 00 00\n"
#define LINE_10 "10: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
#define LINE_20 "20: 00 00 00 00 00 00 00 00 00 00 00 00 86 80 01 00\n"
#define LINE_30 "30: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
#define HEADER	LINE_00 LINE_10 LINE_20 LINE_30

static void put_dword(uint8_t *config, unsigned int offset, uint32_t value)
{
	for (unsigned int i = 0; i < 4; i++)
		config[offset + i] = (uint8_t)(value >> 8 * i);
}

static void put_header(uint8_t *config, unsigned int offset, unsigned int id, unsigned int next)
{
	put_dword(config, offset, id | 1u << 16 | (uint32_t)next << 20);
}

/* A function with ARI at 0x100. */
static void fill(uint8_t *config)
{
	memset(config, 0, VPASID_CONFIG_SIZE);
	put_dword(config, 0, 0x0b258086);
	put_dword(config, PCI_COMMAND, PCI_STATUS_CAP_LIST << 16);
	put_dword(config, 0x2c, 0x00018086);
	config[PCI_CAPABILITY_LIST] = 0x40;
	config[0x40] = PCI_CAP_ID_EXP;
	put_header(config, 0x100, 0x0e, 0);
}

static void dump_to(FILE *stream, const char *address, const uint8_t *config)
{
	struct bdf bdf;

	assert_int_equal(bdf_parse(address, &bdf), 0);
	dump_write(&bdf, "A description", config, stream);
}

/* A dump of one function; the caller's. */
static char *dump_of(const uint8_t *config)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	dump_to(stream, ADDRESS, config);
	fclose(stream);
	return text;
}

static struct why why;

static int open_text(struct host *host, const char *text, size_t length)
{
	return machine_open_dump(host, text, length, &why);
}

/* The config space of a function of a dump. */
static const struct config_space *read_config(struct host *host, const char *address)
{
	struct function *function;
	struct bdf bdf;

	assert_int_equal(bdf_parse(address, &bdf), 0);
	function = host_function(host, &bdf);
	assert_int_equal(function_read(function, FUNCTION_CONFIG, &why), 0);
	return function->config;
}

/* Places in a dump: of all its functions, or of the one at @address. */
static void load_file(const char *root, const char *text, char *address, struct places *places)
{
	struct path file = path_of("%s/dump", root);
	char *bdfs[] = { address, NULL };
	struct places_request request = {
		.command = "place",
		.host.file = file.text,
		.quirks = root,
		.bdfs = bdfs,
		.bdf_count = address ? 1 : 0,
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
			path_of("vpasid: %s: no function in it has the 4096 bytes of an extended "
				"config space: make it again, lspci -xxxx as root\n",
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
			    MACHINE_DUMP ":2: there is a null byte: this is no text, so not what "
					 "lspci prints");

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

static void assert_read(const struct config_space *space, const uint8_t *config)
{
	assert_int_equal(space->error, 0);
	assert_int_equal(space->size, VPASID_CONFIG_SIZE);
	assert_memory_equal(space->config, config, VPASID_CONFIG_SIZE);
	assert_int_equal(space->device.vendor, 0x8086);
	assert_int_equal(space->device.device, 0x0b25);
	assert_int_equal(space->device.subsystem_vendor, 0x8086);
	assert_int_equal(space->device.subsystem_device, 0x0001);
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
	assert_int_equal(places.count, 1);
	assert_string_equal(places.reports[0].bdf.text, ADDRESS);
	assert_read(places.functions[0]->config, config);
	places_free(&places);

	load_file(*state, text, "00:05.0", &places);
	assert_read(places.functions[0]->config, config);
	places_free(&places);

	load_file(*state, text, "00:04.0", &places);
	assert_int_equal(places.reports[0].error, -ENXIO);
	assert_non_null(strstr(places.reports[0].why.text, "just 64 bytes"));
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
		"dump: the function is in it more than once: remove all but one";
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
	assert_int_equal(places.count, 3);
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
	assert_read(places.functions[0]->config, config);
	assert_string_not_equal(places.reports[0].name, "");
	places_free(&places);
	free(text);

	assert_int_equal(host_open_dump(&host, path_of("%s/none", (char *)*state).text, &why),
			 -ENOENT);
	assert_int_equal(host_open_dump(&host, *state, &why), -EISDIR);
	assert_non_null(strstr(why.text, "directory"));
	assert_int_equal(host_open_dump(&host, "/dev/zero", &why), -EFBIG);
}

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
		.command = "place",
		.host.sysfs = sysfs.text,
		.quirks = root,
		.bdfs = bdfs,
		.bdf_count = count,
	};

	assert_int_equal(places_load(&request, places), EXIT_OK);
	assert_int_equal(places->count, count);
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
	char *bdfs[6];

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
	assert_read(places.functions[0]->config, config);
	assert_read(places.functions[1]->config, config);
	assert_int_equal(places.functions[0]->config->device.kind, VPASID_FUNCTION_PF);
	assert_int_equal(places.functions[1]->config->device.kind, VPASID_FUNCTION_VF);
	assert_string_equal(places.functions[1]->pci.pf.text, "0000:00:05.0");
	assert_int_equal(places.reports[0].kind, PCI_KIND_FUNCTION);
	assert_int_equal(places.reports[1].kind, PCI_KIND_VF);
	places_free(&places);
}

/* A function that goes away: what is left of it has a place, but who it is isn't known. */
static void test_vanishing_function(void **state)
{
	struct path sysfs = path_of("%s/sys", (char *)*state);
	char *bdfs[] = { ADDRESS };
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
			    "vpasid: " ADDRESS ": its IDs aren't known: quirks can't be told\n");
}

static void fill_space(struct config_space *space)
{
	*space = (struct config_space){ .bdf.text = ADDRESS, .size = VPASID_CONFIG_SIZE };
	space->device.vendor = 0x8086;
	space->device.device = 0x0b25;
	fill(space->config);
}

static void test_place(void **state)
{
	struct config_space space;
	struct placement_report place;

	(void)state;
	fill_space(&space);
	place_find(&space, NULL, 0, &place);
	assert_int_equal(place.error, 0);
	assert_int_equal(place.placement.offset, 0xff8);
	assert_true(place_admits(&place, 0x200));
	assert_false(place_admits(&place, 0x104));
	place_free(&place);

	place_find(&space, NULL, 0x200, &place);
	assert_int_equal(place.placement.reason, VPASID_PLACE_EXPLICIT);
	place_free(&place);

	place_find(&space, NULL, 0x104, &place);
	assert_int_equal(place.error, -EBUSY);
	assert_string_equal(place.why.text, "PASID can't stand at 0x104");
	assert_int_equal(place.obstacle_count, 1);
	assert_non_null(strstr(place.obstacles[0], "ARI"));
	place_free(&place);

	memset(space.config + 0x108, 0x55, VPASID_CONFIG_SIZE - 0x108);
	place_find(&space, NULL, 0, &place);
	assert_int_equal(place.error, -ENOSPC);
	assert_true(place.obstacle_count >= 2);
	place_free(&place);
}

/* A break, a loop, what a guest can't see, and a device that is gone. */
static void test_no_place(void **state)
{
	struct config_space space;
	struct placement_report place;

	(void)state;
	fill_space(&space);
	put_header(space.config, 0x100, 0x0e, 0x40);
	place_find(&space, NULL, 0, &place);
	assert_int_equal(place.error, -EPROTO);
	assert_non_null(strstr(place.why.text, "which is below 0x100"));
	place_free(&place);

	put_header(space.config, 0x100, 0x0e, 0x100);
	place_find(&space, NULL, 0, &place);
	assert_int_equal(place.error, -ELOOP);
	assert_non_null(strstr(place.why.text, "the chain is a loop"));
	assert_true(place.has_layout);
	place_free(&place);
	place_find(&space, NULL, 0xff8, &place);
	assert_int_equal(place.error, 0);
	place_free(&place);

	space.config[0x40] = PCI_CAP_ID_MSI;
	place_find(&space, NULL, 0xff8, &place);
	assert_int_equal(place.error, -ENXIO);
	assert_true(place.has_layout);
	assert_string_equal(place.why.text, "it has no PCI Express Capability, so no guest looks "
					    "for extended capabilities in it");
	place_free(&place);
	space.config[0x40] = 0xff;
	place_find(&space, NULL, 0xff8, &place);
	assert_int_equal(place.error, -ENXIO);
	assert_non_null(strstr(place.why.text, "its list of capabilities breaks off"));
	place_free(&place);

	memset(space.config, 0xff, sizeof(space.config));
	place_find(&space, NULL, 0, &place);
	assert_int_equal(place.error, -EIO);
	assert_false(place.has_layout);
	place_free(&place);
}

/* No machine is given one, whatever is asked for; that its chain breaks off is told, too. */
static void test_bridge(void **state)
{
	struct config_space space;
	struct placement_report place;

	(void)state;
	fill_space(&space);
	space.is_bridge = true;
	for (unsigned int offset = 0; offset <= 0x200; offset += 0x200) {
		place_find(&space, NULL, (uint16_t)offset, &place);
		assert_int_equal(place.error, -ENXIO);
		assert_string_equal(place.why.text,
				    "it is a bridge, and no virtual machine is given one");
		assert_true(place.has_layout);
		place_free(&place);
	}
	put_header(space.config, 0x100, 0x0e, 0x40);
	place_find(&space, NULL, 0, &place);
	assert_int_equal(place.error, -ENXIO);
	assert_non_null(strstr(place.why.text, "it is a bridge"));
	assert_non_null(strstr(place.why.text, "which is below 0x100"));
	place_free(&place);
}

/*
 * QEMU: where there is no capability at 0x100, only there; else anywhere else. Never on the
 * function's own PASID capability.
 */
static void test_qemu(void **state)
{
	static const struct {
		unsigned int head, next, offset;
		int ret;
		unsigned int qemu;
		bool is_noted;
		unsigned int tail; /* the second capability; 0: 0x18 */
	} rows[] = {
		{ 0x0e, 0, 0, 0, 0xff8, false },
		{ 0x0e, 0, 0x200, 0, 0x200, false },
		{ 0, 0, 0, 0, 0x100, true },
		{ 0, 0, 0x100, 0, 0x100, false },
		{ 0, 0, 0x200, -ENOSPC, 0, true },
		/* a physical PASID, which VFIO hides: alone, and at the head of a chain */
		{ 0x1b, 0, 0, -ENOSPC, 0, true },
		{ 0x1b, 0x200, 0, 0, 0xff8, true },
		{ 0x1b, 0x200, 0x100, -ENOSPC, 0, true },
		/* elsewhere in the chain, and where the highest gap would be */
		{ 0x0e, 0x200, 0, 0, 0xff8, true, 0x1b },
		{ 0x0e, 0x200, 0x200, -ENOSPC, 0, true, 0x1b },
		{ 0x0e, 0xff8, 0, 0, 0xff0, true, 0x1b },
		{ 0x0e, 0xff8, 0xff8, -ENOSPC, 0, true, 0x1b },
		{ 0x0e, 0xff8, 0xff0, 0, 0xff0, false, 0x1b },
	};
	struct config_space space;
	struct placement_report place;
	uint16_t offset;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fill_space(&space);
		put_dword(space.config, 0x100, 0);
		if (rows[i].head)
			put_header(space.config, 0x100, rows[i].head, rows[i].next);
		if (rows[i].next)
			put_header(space.config, rows[i].next, rows[i].tail ? rows[i].tail : 0x18,
				   0);
		place_find(&space, NULL, (uint16_t)rows[i].offset, &place);
		assert_int_equal(place.error, 0);
		assert_int_equal(place_for_qemu(&place, &offset, &why), rows[i].ret);
		if (!rows[i].ret)
			assert_int_equal(offset, rows[i].qemu);
		assert_int_equal(*why.text != '\0', rows[i].is_noted);
		place_free(&place);
	}
}

static uint16_t word(const uint8_t *config, unsigned int offset)
{
	return (uint16_t)(config[offset] | config[offset + 1] << 8);
}

/* What the guest gets: the PASID capability's own registers, else what is asked for. */
static void test_emit(void **state)
{
	static const struct {
		int is_physical;
		unsigned int capability, control;
		unsigned int width;
		int ret;
		unsigned int emitted;
		const char *note;
	} rows[] = {
		{ false, 0, 0, 0, 0, 0x1400, "no PASID capability is known; shown with 20 bits" },
		{ false, 0, 0, 16, 0, 0x1000, "no PASID capability is known; shown with 16 bits" },
		{ true, 0x1006, 7, 0, 0, 0x1006, NULL },
		{ true, 0x1006, 3, 0, 0, 0x1002, NULL },
		{ true, 0x1006, 7, 9, 0, 0x0906, NULL },
		{ true, 0x1004, 0, 0, 0, 0x1004, "PASID isn't enabled; shown as if it were" },
		{ true, 0x0006, 7, 0, 0, 0x1406, "is 0 bits wide; shown with 20 bits" },
		{ true, 0x0006, 3, 0, 0, 0x1402, "is 0 bits wide; shown with 20 bits" },
		{ true, 0x0006, 0, 16, 0, 0x1006, "is 0 bits wide; shown with 16 bits" },
		{ true, 0x0006, 0, 16, 0, 0x1006, "isn't enabled; shown as if it were" },
		{ true, 0x1006, 7, 17, -EINVAL, 0, "--width 17: its PASIDs have 16 bits" },
		{ true, 0x1f00, 7, 0, -EPROTO, 0, "the PASID capability at 0x200 makes no sense" },
	};
	uint8_t config[VPASID_CONFIG_SIZE];
	struct config_space space;
	struct placement_report place;
	struct why note;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct capability pasid = {
			.there = FACT_YES,
			.offset = 0x200,
			.capability = (uint16_t)rows[i].capability,
			.control = (uint16_t)rows[i].control,
		};

		fill_space(&space);
		if (rows[i].is_physical) {
			put_header(space.config, 0x100, 0x0e, 0x200);
			put_header(space.config, 0x200, VPASID_EXT_CAP_PASID, 0);
			put_dword(space.config, 0x204, rows[i].capability | rows[i].control << 16);
		}
		place_find(&space, NULL, 0, &place);
		assert_int_equal(place.placement.offset, rows[i].is_physical ? 0x200 : 0xff8);
		assert_int_equal(place_emit(&place, rows[i].is_physical ? &pasid : NULL,
					    rows[i].width, config, &note),
				 rows[i].ret);
		if (!rows[i].ret) {
			assert_int_equal(word(config, place.placement.offset), 0x1b);
			assert_int_equal(word(config, place.placement.offset + 4u),
					 rows[i].emitted);
			assert_int_equal(word(config, place.placement.offset + 6u), 0);
		}
		if (rows[i].note)
			assert_non_null(strstr(note.text, rows[i].note));
		else
			assert_string_equal(note.text, "");
		place_free(&place);
	}
}

/* What is written is read as it was; of what a guest sees, the place is where it stands. */
static void test_round_trip(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	struct config_space space;
	struct placement_report place;
	struct host host;
	char *text;

	(void)state;
	fill_space(&space);
	place_find(&space, NULL, 0x400, &place);
	assert_int_equal(place_emit(&place, NULL, 0, config, &why), 0);
	place_free(&place);

	text = dump_of(config);
	assert_int_equal(open_text(&host, text, strlen(text)), 0);
	assert_read(read_config(&host, ADDRESS), config);
	place_find(read_config(&host, ADDRESS), NULL, 0, &place);
	assert_int_equal(place.placement.offset, 0x400);
	assert_int_equal(place.placement.reason, VPASID_PLACE_PHYSICAL);
	place_free(&place);
	host_close(&host);
	free(text);
}

/* Keys are in this order, none is ever left out, and unknown is null. */
static void test_json(void **state)
{
	static const char expected[] =
		"{\"schema\":\"vpasid-place/1\",\"devices\":["
		"{\"bdf\":\"0000:00:05.0\",\"name\":\"e\\\\x1b\",\"kind\":\"vf\",\"offset\":4088,"
		"\"reason\":\"gap\",\"digest\":\"%016llx\",\"quirks\":["
		"{\"source\":\"a document\",\"file\":\"a.conf\",\"line\":1}],\"obstacles\":[],"
		"\"error\":null},"
		"{\"bdf\":\"0000:00:06.0\",\"name\":null,\"kind\":null,\"offset\":null,"
		"\"reason\":null,\"digest\":null,\"quirks\":[],\"obstacles\":[],"
		"\"error\":\"it is gone\"}]}";
	static const char quirk[] = "device 8086:*\nhidden 0x800-0x8ff\nsource \"a document\"\n";
	struct vpasid_quirks *quirks = vpasid_quirks_new();
	struct placement_report places[2] = {
		[1] = { .bdf.text = "0000:00:06.0",
			.name = "",
			.error = -EIO,
			.why.text = "it is gone" },
	};
	struct config_space space;
	struct json_object *report;
	char text[1024];

	(void)state;
	assert_int_equal(vpasid_quirks_parse(quirks, quirk, strlen(quirk), "a.conf", NULL), 0);
	fill_space(&space);
	place_find(&space, quirks, 0, &places[0]);
	places[0].name = "e\x1b";
	places[0].kind = PCI_KIND_VF;
	snprintf(text, sizeof(text), expected, (unsigned long long)places[0].placement.digest);
	report = place_to_json(places, 2);
	assert_string_equal(
		json_object_to_json_string_ext(report, JSON_C_TO_STRING_PLAIN |
							       JSON_C_TO_STRING_NOSLASHESCAPE),
		text);
	json_object_put(report);
	place_free(&places[0]);
	place_free(&places[1]);
	vpasid_quirks_free(quirks);
}

static void test_quirks_directory(void **state)
{
	struct vpasid_quirks *quirks;
	struct config_space space;
	struct placement_report place;

	tree_file(*state, "a.conf", "device 8086:0b25\nhidden 0xf00-0xfff\nsource \"x\"\n");
	quirks = place_load_quirks(*state, &why);
	assert_non_null(quirks);
	fill_space(&space);
	place_find(&space, quirks, 0, &place);
	assert_int_equal(place.placement.offset, 0xef8);
	place_free(&place);
	space.device.vendor = 0xffff;
	place_find(&space, quirks, 0, &place);
	assert_int_equal(place.placement.offset, 0xff8);
	place_free(&place);
	vpasid_quirks_free(quirks);

	tree_file(*state, "b.conf", "nonsense\n");
	assert_null(place_load_quirks(*state, &why));
	assert_non_null(strstr(why.text, "b.conf:1"));
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
		cmocka_unit_test_setup_teardown(test_host, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_vanishing_function, tree_setup, tree_teardown),
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_no_place),
		cmocka_unit_test(test_bridge),
		cmocka_unit_test(test_qemu),
		cmocka_unit_test(test_emit),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_json),
		cmocka_unit_test_setup_teardown(test_quirks_directory, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests_name("tool_place", tests, NULL, NULL);
}
