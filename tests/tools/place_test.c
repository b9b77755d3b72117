// SPDX-License-Identifier: GPL-2.0-or-later
/* config_source.h, place.h and what reports of them: dumps good and bad, places, VMMs. */
#include <errno.h>
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

#include "pci/config_space.h"
#include "pci/dump_writer.h"
#include "place/emit.h"
#include "place/place_report.h"
#include "place/placement.h"
#include "support/sysfs.h"
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
	put_dword(config, 0x2c, 0x00018086);
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

static int read_text(const char *text, const char *address, struct config_sources *sources,
		     struct why *why)
{
	struct bdf bdf;

	if (address)
		assert_int_equal(bdf_parse(address, &bdf), 0);
	return config_sources_read_text(text, strlen(text), "D", &bdf, address ? 1 : 0, sources,
					why);
}

static void assert_read(const struct config_source *source, const uint8_t *config)
{
	assert_int_equal(source->error, 0);
	assert_int_equal(source->size, VPASID_CONFIG_SIZE);
	assert_memory_equal(source->config, config, VPASID_CONFIG_SIZE);
	assert_int_equal(source->device.vendor, 0x8086);
	assert_int_equal(source->device.device, 0x0b25);
	assert_int_equal(source->device.subsystem_vendor, 0x8086);
	assert_int_equal(source->device.subsystem_device, 0x0001);
}

/* With Windows' line ends, what lspci -vv prints between, and other functions around. */
static void test_good_dump(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	struct config_sources sources;
	char *text = NULL, *dump;
	struct why why;
	size_t size = 0;
	FILE *stream;

	(void)state;
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

	assert_int_equal(read_text(text, NULL, &sources, &why), 0);
	assert_int_equal(sources.count, 1);
	assert_string_equal(sources.functions[0].bdf.text, ADDRESS);
	assert_read(&sources.functions[0], config);
	config_sources_free(&sources);

	assert_int_equal(read_text(text, "00:05.0", &sources, &why), 0);
	assert_read(&sources.functions[0], config);
	config_sources_free(&sources);

	assert_int_equal(read_text(text, "00:04.0", &sources, &why), 0);
	assert_int_equal(sources.functions[0].error, -ENXIO);
	assert_non_null(strstr(sources.functions[0].why.text, "just 64 bytes"));
	config_sources_free(&sources);

	assert_int_equal(read_text(text, "00:06.0", &sources, &why), 0);
	assert_int_equal(sources.functions[0].error, -ENOENT);
	config_sources_free(&sources);
	free(text);
	free(dump);

	assert_int_equal(read_text("00:05.0 x\n" HEADER, NULL, &sources, &why), -ENXIO);
	assert_non_null(strstr(why.text, "D: no function in it has the 4096 bytes"));
}

/* In the dump's order; and one that is there twice is not to be had by its address. */
static void test_many_functions(void **state)
{
	uint8_t config[VPASID_CONFIG_SIZE];
	struct config_sources sources;
	struct why why;
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	fill(config);
	dump_to(stream, "00:07.0", config);
	dump_to(stream, "00:05.0", config);
	put_dword(config, 0, 0xffffffff);
	dump_to(stream, "00:05.1", config);
	dump_to(stream, "00:07.0", config);
	fclose(stream);

	assert_int_equal(read_text(text, NULL, &sources, &why), 0);
	assert_int_equal(sources.count, 4);
	assert_string_equal(sources.functions[0].bdf.text, "0000:00:07.0");
	assert_string_equal(sources.functions[2].bdf.text, "0000:00:05.1");
	assert_int_equal(sources.functions[1].device.kind, VPASID_FUNCTION_PF);
	assert_true(config_source_has_ids(&sources.functions[1]));
	assert_int_equal(sources.functions[2].device.kind, VPASID_FUNCTION_VF);
	assert_false(config_source_has_ids(&sources.functions[2]));
	config_sources_free(&sources);

	assert_int_equal(read_text(text, "00:07.0", &sources, &why), 0);
	assert_string_equal(sources.functions[0].why.text,
			    "the dump has it more than once: leave one in");
	config_sources_free(&sources);
	free(text);
}

static void test_files(void **state)
{
	struct config_sources sources;
	uint8_t config[VPASID_CONFIG_SIZE];
	struct why why;
	char *text;

	fill(config);
	text = dump_of(config);
	tree_file(*state, "dump", text);
	assert_int_equal(config_sources_read_dump(path_of("%s/dump", (char *)*state).text, NULL, 0,
						  &sources, &why),
			 0);
	assert_read(&sources.functions[0], config);
	assert_int_equal(config_sources_name(&sources, &why), 0);
	assert_string_not_equal(sources.functions[0].name, "");
	config_sources_free(&sources);
	free(text);

	assert_int_equal(config_sources_read_dump(path_of("%s/none", (char *)*state).text, NULL, 0,
						  &sources, &why),
			 -ENOENT);
	assert_int_equal(config_sources_read_dump(*state, NULL, 0, &sources, &why), -EISDIR);
	assert_non_null(strstr(why.text, "directory"));
	assert_int_equal(config_sources_read_dump("/dev/zero", NULL, 0, &sources, &why), -EFBIG);
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

static int read_host(const char *root, const struct bdf *bdfs, size_t count,
		     struct config_sources *sources)
{
	struct why why;

	return config_sources_read_host(path_of("%s/sys", root).text, bdfs, count, sources, &why);
}

static void test_host(void **state)
{
	static const struct {
		const char *bdf;
		size_t size;
		int error;
	} rows[] = {
		{ "0000:00:05.0", VPASID_CONFIG_SIZE, 0 },
		{ "0000:00:05.1", VPASID_CONFIG_SIZE, 0 },
		{ "0000:00:06.0", VPASID_CONFIG_MIN, -EACCES },
		{ "0000:00:07.0", VPASID_CONFIG_CONVENTIONAL, -ENXIO },
	};
	const size_t count = sizeof(rows) / sizeof(rows[0]);
	struct config_sources sources;
	uint8_t config[VPASID_CONFIG_SIZE];
	struct bdf bdfs[5];

	fill(config);
	for (size_t i = 0; i < count; i++) {
		make_function(*state, rows[i].bdf, config, rows[i].size);
		bdf_parse(rows[i].bdf, &bdfs[i]);
	}
	tree_link(*state, "sys/devices/pci0000:00/0000:00:05.1/physfn", "../0000:00:05.0");
	bdf_parse("00:1f.0", &bdfs[count]);

	assert_int_equal(read_host(*state, bdfs, count + 1, &sources), 0);
	assert_int_equal(sources.count, count + 1);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(sources.functions[i].error, rows[i].error);
	assert_int_equal(sources.functions[count].error, -ENODEV);
	assert_read(&sources.functions[0], config);
	assert_read(&sources.functions[1], config);
	assert_int_equal(sources.functions[0].device.kind, VPASID_FUNCTION_PF);
	assert_int_equal(sources.functions[1].device.kind, VPASID_FUNCTION_VF);
	assert_string_equal(sources.functions[1].pf.text, "0000:00:05.0");
	config_sources_free(&sources);
}

/* A function that goes away. */
static void test_vanishing_function(void **state)
{
	struct config_sources sources;
	struct bdf bdf;

	bdf_parse(ADDRESS, &bdf);
	make_function(*state, ADDRESS, (const uint8_t[VPASID_CONFIG_SIZE]){ 0 },
		      VPASID_CONFIG_SIZE);
	unlink(path_of("%s/sys/devices/pci0000:00/" ADDRESS "/vendor", (char *)*state).text);
	assert_int_equal(read_host(*state, &bdf, 1, &sources), 0);
	assert_int_equal(sources.functions[0].error, -ENOENT);
	assert_non_null(strstr(sources.functions[0].why.text, "/vendor: No such file"));
	config_sources_free(&sources);
}

static void fill_source(struct config_source *source)
{
	*source = (struct config_source){ .bdf.text = ADDRESS, .size = VPASID_CONFIG_SIZE };
	source->device.vendor = 0x8086;
	source->device.device = 0x0b25;
	fill(source->config);
}

static void test_place(void **state)
{
	struct config_source source;
	struct place place;

	(void)state;
	fill_source(&source);
	place_find(&source, NULL, 0, &place);
	assert_int_equal(place.error, 0);
	assert_int_equal(place.placement.offset, 0xff8);
	assert_true(place_admits(&place, 0x200));
	assert_false(place_admits(&place, 0x104));
	place_free(&place);

	place_find(&source, NULL, 0x200, &place);
	assert_int_equal(place.placement.reason, VPASID_PLACE_EXPLICIT);
	place_free(&place);

	place_find(&source, NULL, 0x104, &place);
	assert_int_equal(place.error, -EBUSY);
	assert_string_equal(place.why.text, "PASID can't stand at 0x104");
	assert_int_equal(place.obstacle_count, 1);
	assert_non_null(strstr(place.obstacles[0], "ARI"));
	place_free(&place);

	memset(source.config + 0x108, 0x55, VPASID_CONFIG_SIZE - 0x108);
	place_find(&source, NULL, 0, &place);
	assert_int_equal(place.error, -ENOSPC);
	assert_true(place.obstacle_count >= 2);
	place_free(&place);
}

/* A break, a loop, and a device that is gone. */
static void test_no_place(void **state)
{
	struct config_source source;
	struct place place;

	(void)state;
	fill_source(&source);
	put_header(source.config, 0x100, 0x0e, 0x40);
	place_find(&source, NULL, 0, &place);
	assert_int_equal(place.error, -EPROTO);
	assert_non_null(strstr(place.why.text, "which is below 0x100"));
	place_free(&place);

	put_header(source.config, 0x100, 0x0e, 0x100);
	place_find(&source, NULL, 0, &place);
	assert_int_equal(place.error, -ELOOP);
	assert_non_null(strstr(place.why.text, "the chain is a loop"));
	assert_true(place.has_layout);
	place_free(&place);
	place_find(&source, NULL, 0xff8, &place);
	assert_int_equal(place.error, 0);
	place_free(&place);

	memset(source.config, 0xff, sizeof(source.config));
	place_find(&source, NULL, 0, &place);
	assert_int_equal(place.error, -EIO);
	assert_false(place.has_layout);
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
	struct config_source source;
	struct place place;
	struct why why;
	uint16_t offset;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fill_source(&source);
		put_dword(source.config, 0x100, 0);
		if (rows[i].head)
			put_header(source.config, 0x100, rows[i].head, rows[i].next);
		if (rows[i].next)
			put_header(source.config, rows[i].next, rows[i].tail ? rows[i].tail : 0x18,
				   0);
		place_find(&source, NULL, (uint16_t)rows[i].offset, &place);
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
		{ true, 0x1006, 7, 17, -EINVAL, 0, "--width 17: its PASIDs have 16 bits" },
		{ true, 0x1f00, 7, 0, -EPROTO, 0, "the PASID capability at 0x200 makes no sense" },
	};
	uint8_t config[VPASID_CONFIG_SIZE];
	struct config_source source;
	struct place place;
	struct why note;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fill_source(&source);
		if (rows[i].is_physical) {
			put_header(source.config, 0x100, 0x0e, 0x200);
			put_header(source.config, 0x200, VPASID_EXT_CAP_PASID, 0);
			put_dword(source.config, 0x204, rows[i].capability | rows[i].control << 16);
		}
		place_find(&source, NULL, 0, &place);
		assert_int_equal(place.placement.offset, rows[i].is_physical ? 0x200 : 0xff8);
		assert_int_equal(place_emit(&place, rows[i].width, config, &note), rows[i].ret);
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
	struct config_sources sources;
	struct config_source source;
	struct place place;
	struct why why;
	char *text;

	(void)state;
	fill_source(&source);
	place_find(&source, NULL, 0x400, &place);
	assert_int_equal(place_emit(&place, 0, config, &why), 0);
	place_free(&place);

	text = dump_of(config);
	assert_int_equal(read_text(text, NULL, &sources, &why), 0);
	assert_read(&sources.functions[0], config);
	place_find(&sources.functions[0], NULL, 0, &place);
	assert_int_equal(place.placement.offset, 0x400);
	assert_int_equal(place.placement.reason, VPASID_PLACE_PHYSICAL);
	place_free(&place);
	config_sources_free(&sources);
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
	struct config_source source,
		gone = { .bdf.text = "0000:00:06.0", .error = -EIO, .why.text = "it is gone" };
	struct json_object *report;
	struct place places[2];
	char text[1024];

	(void)state;
	assert_int_equal(vpasid_quirks_parse(quirks, quirk, strlen(quirk), "a.conf", NULL), 0);
	fill_source(&source);
	source.device.kind = VPASID_FUNCTION_VF;
	strcpy(source.name, "e\x1b");
	place_find(&source, quirks, 0, &places[0]);
	place_find(&gone, quirks, 0, &places[1]);
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
	struct config_source source;
	struct place place;
	struct why why;

	tree_file(*state, "a.conf", "device 8086:0b25\nhidden 0xf00-0xfff\nsource \"x\"\n");
	quirks = place_load_quirks(*state, &why);
	assert_non_null(quirks);
	fill_source(&source);
	place_find(&source, quirks, 0, &place);
	assert_int_equal(place.placement.offset, 0xef8);
	place_free(&place);
	source.device.vendor = 0xffff;
	place_find(&source, quirks, 0, &place);
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
		cmocka_unit_test(test_good_dump),
		cmocka_unit_test(test_many_functions),
		cmocka_unit_test_setup_teardown(test_files, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_host, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_vanishing_function, tree_setup, tree_teardown),
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_no_place),
		cmocka_unit_test(test_qemu),
		cmocka_unit_test(test_emit),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_json),
		cmocka_unit_test_setup_teardown(test_quirks_directory, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests_name("tool_place", tests, NULL, NULL);
}
