// SPDX-License-Identifier: GPL-2.0-or-later
/* map.h: what is what in a config space, and the pictures of it. */
#include <json-c/json.h>
#include <json-c/json_pointer.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hostile_text.h"
#include "place/map.h"
#include "support/schema.h"

static void put_dword(uint8_t *config, unsigned int offset, uint32_t value)
{
	for (unsigned int i = 0; i < 4; i++)
		config[offset + i] = (uint8_t)(value >> 8 * i);
}

static void put_header(uint8_t *config, unsigned int offset, unsigned int id, unsigned int version,
		       unsigned int next)
{
	put_dword(config, offset, id | version << 16 | (uint32_t)next << 20);
}

/* The function's, which a place points to. */
static char name[128];

/* ARI, a vendor's capability whose length isn't known here, LTR, and stray bytes. */
static void fill(struct config_space *space)
{
	strcpy(name, "A name");
	*space = (struct config_space){
		.bdf.text = "0000:00:05.0",
		.device = { .vendor = 0x8086, .device = 0x1234 },
		.size = VPASID_CONFIG_SIZE,
	};
	put_dword(space->config, 0, 0x12348086);
	put_dword(space->config, PCI_COMMAND, PCI_STATUS_CAP_LIST << 16);
	space->config[PCI_CAPABILITY_LIST] = 0x40;
	space->config[0x40] = PCI_CAP_ID_EXP;
	put_header(space->config, 0x100, 0x0e, 1, 0x200);
	put_header(space->config, 0x200, 0x7777, 3, 0x280);
	put_header(space->config, 0x280, 0x18, 1, 0);
	put_dword(space->config, 0x400, 1);
	put_dword(space->config, 0xffc, 0xff000000);
}

static void find_any(const struct config_space *space, struct placement_report *place)
{
	place_find(space, NULL, 0, 0, place);
	place->name = name;
}

static void find(const struct config_space *space, struct placement_report *place)
{
	find_any(space, place);
	assert_int_equal(place->error, 0);
}

static void make_map(struct config_space *space, struct placement_report *place, struct map *map)
{
	fill(space);
	find(space, place);
	map_make(place, map);
}

static const struct map_run *run_at(const struct map *map, unsigned int offset)
{
	for (size_t i = 0; i < map->count; i++)
		if (map->runs[i].offset == offset)
			return &map->runs[i];
	return NULL;
}

static void assert_run(const struct map *map, unsigned int offset, unsigned int length,
		       enum map_kind kind)
{
	const struct map_run *run = run_at(map, offset);

	assert_non_null(run);
	assert_int_equal(run->length, length);
	assert_string_equal(map_kind_name(run->kind), map_kind_name(kind));
}

static void assert_covered(const struct map *map)
{
	unsigned int end = 0;

	for (size_t i = 0; i < map->count; i++) {
		assert_int_equal(map->runs[i].offset, end);
		assert_true(map->runs[i].length);
		end += map->runs[i].length;
	}
	assert_int_equal(end, VPASID_CONFIG_SIZE);
}

static void test_runs(void **state)
{
	struct config_space space;
	struct placement_report place;
	struct map map;

	(void)state;
	make_map(&space, &place, &map);
	assert_covered(&map);
	assert_run(&map, 0x000, 0x40, MAP_HEADER);
	assert_run(&map, 0x040, 0xc0, MAP_CONVENTIONAL);
	assert_run(&map, 0x100, 0x08, MAP_SPAN);
	assert_run(&map, 0x108, 0xf8, MAP_FREE);
	assert_run(&map, 0x200, 0x04, MAP_SPAN);
	assert_run(&map, 0x204, 0x7c, MAP_REACH);
	assert_run(&map, 0x280, 0x08, MAP_SPAN);
	assert_run(&map, 0x400, 0x04, MAP_NONZERO);
	assert_run(&map, 0xff4, 0x08, MAP_PLACE);
	assert_run(&map, 0xffc, 0x04, MAP_NONZERO);
	place_free(&place);
}

/* What a quirk hides, and how far it lets a capability of unknown length reach. */
static void test_quirks(void **state)
{
	static const struct vpasid_range hidden[] = { { 0x7f, 2 }, { 0xff0, 32 }, { 0x104, 2 } };
	static const struct vpasid_range extents[] = { { 0x200, 0x10 } };
	static const struct vpasid_quirk quirk = { .hidden = hidden,
						   .hidden_count = 3,
						   .extents = extents,
						   .extent_count = 1,
						   .source = "a <document>",
						   .file = "a.conf",
						   .line = 7 };
	const struct vpasid_quirk *quirks[] = { &quirk };
	struct config_space space;
	struct placement_report place;
	struct map map;

	(void)state;
	fill(&space);
	find(&space, &place);
	free(place.quirks);
	place.quirks = quirks;
	place.quirk_count = 1;
	place.placement.caps[0].offset = 0xfe8;
	map_make(&place, &map);
	assert_covered(&map);
	/*
	 * no part of conventional space, of a capability, nor of what would be behind the end, is
	 * in the picture as hidden
	 */
	assert_run(&map, 0x040, 0xc0, MAP_CONVENTIONAL);
	assert_run(&map, 0x100, 0x08, MAP_SPAN);
	assert_run(&map, 0x200, 0x10, MAP_SPAN);
	assert_run(&map, 0x210, 0x70, MAP_FREE);
	assert_run(&map, 0xfe8, 0x08, MAP_PLACE);
	assert_run(&map, 0xff0, 0x10, MAP_HIDDEN);
	place.quirks = NULL;
	place_free(&place);
}

/* Without a chain, all of extended config space may be hidden. */
static void test_hidden_head(void **state)
{
	static const struct vpasid_range hidden = { 0x100, 8 };
	static const struct vpasid_quirk quirk = { .hidden = &hidden, .hidden_count = 1 };
	const struct vpasid_quirk *quirks[] = { &quirk };
	struct config_space space;
	struct placement_report place;
	struct map map;

	(void)state;
	fill(&space);
	memset(space.config + 0x100, 0, VPASID_CONFIG_SIZE - 0x100);
	find(&space, &place);
	free(place.quirks);
	place.quirks = quirks;
	place.quirk_count = 1;
	map_make(&place, &map);
	assert_run(&map, 0x040, 0xc0, MAP_CONVENTIONAL);
	assert_run(&map, 0x100, 0x08, MAP_HIDDEN);
	assert_run(&map, 0x108, 0xef0, MAP_FREE);
	place.quirks = NULL;
	place_free(&place);
}

/* Letters go by the offset, whatever the order of the chain is, and begin anew after Z. */
static void test_letters(void **state)
{
	struct config_space space;
	struct placement_report place;
	struct map map;

	(void)state;
	fill(&space);
	memset(space.config + 0x100, 0, VPASID_CONFIG_SIZE - 0x100);
	put_header(space.config, 0x100, 0x0e, 1, 0x300);
	for (unsigned int i = 0; i < 26; i++)
		put_header(space.config, 0x300 - 0x10 * i, 0x0e, 1, i < 25 ? 0x2f0 - 0x10 * i : 0);
	find(&space, &place);
	assert_int_equal(place.layout.span_count, 27);
	map_make(&place, &map);
	assert_int_equal(map_letter(&map, 0), 'A');
	assert_int_equal(map_letter(&map, 26), 'B');
	assert_int_equal(map_letter(&map, 2), 'Z');
	assert_int_equal(map_letter(&map, 1), 'A');
	place_free(&place);
}

/* As a stream gets it; the caller's. */
static char *picture(const struct map *map, bool utf8, bool colours)
{
	const struct map_style style = { .utf8 = utf8, .colours = colours };
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	map_print(map, &style, stream);
	fclose(stream);
	return text;
}

static void test_text(void **state)
{
	static const char expected[] =
		"0000:00:05.0  A name\n"
		"     +0               +40              +80              +c0\n"
		"000  ================ ---------------- ---------------- ----------------\n"
		"100  AA.............. ................ ................ ................\n"
		"200  B??????????????? ???????????????? CC.............. ................\n"
		"300  ................ ................ ................ ................\n"
		"400  x............... ................ ................ ................\n"
		"500  ................ ................ ................ ................\n"
		"600  ................ ................ ................ ................\n"
		"700  ................ ................ ................ ................\n"
		"800  ................ ................ ................ ................\n"
		"900  ................ ................ ................ ................\n"
		"a00  ................ ................ ................ ................\n"
		"b00  ................ ................ ................ ................\n"
		"c00  ................ ................ ................ ................\n"
		"d00  ................ ................ ................ ................\n"
		"e00  ................ ................ ................ ................\n"
		"f00  ................ ................ ................ .............@@x\n"
		"\n"
		"@  ff4-ffb     8  PASID goes here: the highest gap\n"
		"A  100-107     8  ARI v1\n"
		"B  200-27f   128  ID 0x7777 v3, unknown length\n"
		"C  280-287     8  LTR v1\n"
		"?  may belong to the preceding capability: 204-27f\n"
		"x  not zero, in no capability: 400-403 ffc-fff\n"
		".  free: 108-1ff 288-3ff 404-ff3\n"
		"=  the header: 000-03f\n"
		"-  conventional capabilities: 040-0ff\n";
	struct config_space space;
	struct placement_report place;
	struct map map;
	char *text;

	(void)state;
	make_map(&space, &place, &map);
	text = picture(&map, false, false);
	assert_string_equal(text, expected);
	free(text);
	place_free(&place);
}

static size_t strip_colours(char *text)
{
	size_t stripped = 0;
	char *to = text;

	for (char *from = text; *from; from++) {
		if (*from == '\033') {
			from = strchr(from, 'm');
			assert_non_null(from);
			stripped++;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
	return stripped;
}

static void test_colours(void **state)
{
	struct config_space space;
	struct placement_report place;
	struct map map;
	char *plain, *coloured;

	(void)state;
	make_map(&space, &place, &map);
	plain = picture(&map, true, false);
	coloured = picture(&map, true, true);
	assert_null(strchr(plain, '\033'));
	assert_string_not_equal(plain, coloured);
	assert_true(strip_colours(coloured));
	assert_string_equal(plain, coloured);
	free(plain);
	free(coloured);
	place_free(&place);
}

/* In characters, as table.c counts them. */
static size_t widest_line(const char *text)
{
	size_t widest = 0, width = 0;

	for (; *text; text++) {
		if (*text == '\n')
			width = 0;
		else
			width += (*text & 0xc0) != 0x80;
		widest = width > widest ? width : widest;
	}
	return widest;
}

/* Every other unit is zero, and each is a header: nothing overflows, no line is too long. */
static void test_crowded(void **state)
{
	struct config_space space;
	struct placement_report place;
	struct map map;
	char *text;

	(void)state;
	fill(&space);
	for (unsigned int offset = 0x100; offset < 0x800; offset += 4)
		put_header(space.config, offset, 0x7777, 1, offset + 4);
	put_dword(space.config, 0x800, 0);
	for (unsigned int offset = 0x800; offset < VPASID_CONFIG_SIZE; offset += 8)
		put_dword(space.config, offset + 4, 0xff);
	memset(name, 'n', sizeof(name) - 1);

	find_any(&space, &place);
	assert_int_not_equal(place.error, 0);
	map_make(&place, &map);
	assert_covered(&map);
	text = picture(&map, true, false);
	assert_true(widest_line(text) <= 80);
	free(text);
	place_free(&place);
}

/* A long name ends between two characters. */
static void test_long_name(void **state)
{
	static const char euro[] = "\xe2\x82\xac";
	struct config_space space;
	struct placement_report place;
	struct map map;
	char *text;

	(void)state;
	fill(&space);
	for (size_t at = 0; at + sizeof(euro) <= sizeof(name); at += strlen(euro))
		memcpy(name + at, euro, sizeof(euro));
	find(&space, &place);
	map_make(&place, &map);
	text = picture(&map, true, false);
	assert_non_null(strstr(text, "\xe2\x82\xac\n"));
	free(text);
	place_free(&place);
}

/* Whatever the bytes are. */
static void test_noise(void **state)
{
	struct config_space space;
	uint32_t seed = 1;

	(void)state;
	for (unsigned int round = 0; round < 200; round++) {
		struct placement_report place;
		struct map map;

		fill(&space);
		for (unsigned int i = 0x40; i < VPASID_CONFIG_SIZE; i++) {
			seed = seed * 1664525 + 1013904223;
			space.config[i] = seed >> 28 ? 0 : (uint8_t)(seed >> 20);
		}
		place_find(&space, NULL, 0, 0, &place);
		assert_true(place.has_layout);
		map_make(&place, &map);
		assert_covered(&map);
		place_free(&place);
	}
}

/* Names, and what is in the way, may hold anything. */
static void test_svg(void **state)
{
	struct config_space space;
	struct placement_report place;
	struct map map;
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	fill(&space);
	strcpy(name, "<b>&\"\x1b[m\xff\xef\xbf\xbe");
	find(&space, &place);
	map_make(&place, &map);
	map_print_svg(&map, stream);
	fclose(stream);
	assert_non_null(strstr(text, "&lt;b&gt;&amp;\"\\x1b[m\\xff\\xef\\xbf\\xbe</text>"));
	assert_null(strstr(text, "<b>"));
	assert_null(strchr(text, '\033'));
	/* what may belong to a capability has the pattern, and what is free has none */
	assert_non_null(strstr(text, "fill=\"url(#reach)\""));
	assert_null(strstr(text, "null"));
	assert_non_null(strstr(text, ">ff4-ffb  PASID goes here: the highest gap<"));
	assert_non_null(strstr(text, ">200-27f  ID 0x7777 v3, unknown length<"));
	assert_string_equal(text + size - 7, "</svg>\n");
	free(text);
	place_free(&place);
}

/* Where the boxes of the legend stand, their colours, and how high the picture is */
struct legend {
	double x[64], y[64];
	size_t count;
	char fills[64][sizeof("#123456")];
	size_t filled;
	double height;
};

static void read_legend(const char *text, struct legend *legend)
{
	const char *at = strstr(text, " height=\"");

	*legend = (struct legend){ .count = 0 };
	assert_non_null(at);
	assert_int_equal(sscanf(at, " height=\"%lf\"", &legend->height), 1);
	for (at = text; (at = strstr(at, "<rect ")); at++) {
		double *x = &legend->x[legend->count], *y = &legend->y[legend->count];
		int end = 0;

		assert_true(legend->count < 64 && legend->filled < 64);
		sscanf(at,
		       "<rect x=\"%lf\" y=\"%lf\" width=\"22\" height=\"14\" class=\"frame\"/>%n",
		       x, y, &end);
		legend->count += end > 0;
		legend->filled += sscanf(at,
					 "<rect x=\"%*f\" y=\"%*f\" width=\"22.0\" "
					 "height=\"14.0\" fill=\"%7[#0-9a-f]\"",
					 legend->fills[legend->filled]) == 1;
	}
}

/* Each entry has a colour of its own, which is also in the picture. */
static void assert_colours(const char *text, const struct legend *legend)
{
	assert_int_equal(legend->filled, legend->count);
	for (size_t i = 0; i < legend->filled; i++) {
		const char *first = strstr(text, legend->fills[i]);

		assert_non_null(strstr(first + 1, legend->fills[i]));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(legend->fills[i], legend->fills[j]);
	}
}

/* Entries fill two columns, each of them from the top, and the picture ends below them. */
static void test_svg_legend(void **state)
{
	(void)state;
	for (unsigned int spans = 1; spans < 8; spans++) {
		struct config_space space;
		struct placement_report place;
		struct map map;
		struct legend legend;
		char *text = NULL;
		size_t size = 0, rows;
		FILE *stream = open_memstream(&text, &size);

		fill(&space);
		memset(space.config + 0x100, 0, VPASID_CONFIG_SIZE - 0x100);
		for (unsigned int i = 0; i < spans; i++)
			put_header(space.config, 0x100 + 8 * i, 0x0e, 1,
				   i + 1 < spans ? 0x108 + 8 * i : 0);
		if (spans & 1)
			put_dword(space.config, 0x400, 1);
		find(&space, &place);
		map_make(&place, &map);
		map_print_svg(&map, stream);
		fclose(stream);
		read_legend(text, &legend);
		/* with the place, what is free, and maybe what isn't zero */
		assert_int_equal(legend.count, spans + 2 + (spans & 1));
		rows = (spans + 2 + (spans & 1) + 1) / 2;
		for (size_t i = 0; i < legend.count; i++) {
			assert_true(legend.x[i] == 64 + (i < rows ? 0 : 512));
			assert_true(legend.y[i] == legend.y[0] + 20.0 * (double)(i % rows));
		}
		assert_true(legend.height == legend.y[rows - 1] + 20 + 20 + 8);
		assert_colours(text, &legend);
		free(text);
		place_free(&place);
	}
}

/* Also with the capabilities behind PASID: no entry is beside the picture. */
static void test_svg_legend_of_several(void **state)
{
	(void)state;
	for (unsigned int spans = 1; spans < 4; spans++) {
		struct config_space space;
		struct placement_report place;
		struct map map;
		struct legend legend;
		char *text = NULL;
		size_t size = 0, rows;
		FILE *stream = open_memstream(&text, &size);

		fill(&space);
		memset(space.config + 0x100, 0, VPASID_CONFIG_SIZE - 0x100);
		for (unsigned int i = 0; i < spans; i++)
			put_header(space.config, 0x100 + 8 * i, 0x0e, 1,
				   i + 1 < spans ? 0x108 + 8 * i : 0);
		place_find(&space, NULL, 0, PLACE_WITH_PRI | PLACE_WITH_ATS, &place);
		place.name = name;
		map_make(&place, &map);
		map_print_svg(&map, stream);
		fclose(stream);
		read_legend(text, &legend);
		/* with three places, and what is free */
		assert_int_equal(legend.count, spans + 3 + 1);
		rows = (legend.count + 1) / 2;
		for (size_t i = 0; i < legend.count; i++)
			assert_true(legend.x[i] == 64 + (i < rows ? 0 : 512));
		free(text);
		place_free(&place);
	}
}

/* More findings than a layout has room for: as many as it has are shown. */
static void test_many_findings(void **state)
{
	struct config_space space;
	struct placement_report place;
	struct map map;
	struct json_object *report, *findings;
	char *text, *svg = NULL;
	size_t size = 0, count = 0, svg_count = 0;
	FILE *stream = open_memstream(&svg, &size);

	(void)state;
	fill(&space);
	memset(space.config + 0x100, 0, VPASID_CONFIG_SIZE - 0x100);
	put_header(space.config, 0x100, 0x0e, 1, 0x300);
	find(&space, &place);
	assert_int_equal(place.layout.finding_count, 1);
	for (size_t i = 1; i < VPASID_MAX_FINDINGS; i++)
		place.layout.findings[i] = place.layout.findings[0];
	place.layout.finding_count = VPASID_MAX_FINDINGS + 1;
	map_make(&place, &map);
	text = picture(&map, false, false);
	map_print_svg(&map, stream);
	fclose(stream);
	for (const char *at = text; (at = strstr(at, "\nnote: the capability at 0x100 ")); at++)
		count++;
	for (const char *at = svg; (at = strstr(at, ">note: the capability at 0x100 ")); at++)
		svg_count++;
	assert_int_equal(count, VPASID_MAX_FINDINGS);
	assert_int_equal(svg_count, VPASID_MAX_FINDINGS);
	report = map_to_json(&place, 1);
	assert_int_equal(json_pointer_get(report, "/devices/0/findings", &findings), 0);
	assert_int_equal(json_object_array_length(findings), VPASID_MAX_FINDINGS);
	json_object_put(report);
	free(text);
	free(svg);
	place_free(&place);
}

/* libxml2's own verdict. */
static void assert_xml(const struct map *map)
{
	FILE *parser = popen("xmllint --noout --nonet -", "we"); /* NOLINT(cert-env33-c) */

	assert_non_null(parser);
	map_print_svg(map, parser);
	assert_int_equal(pclose(parser), 0);
}

/* Whatever is in the texts, a real parser reads the picture. */
static void test_svg_of_hostile_texts(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (unsigned int round = 0; round < 50; round++) {
		char cited[400];
		const struct vpasid_quirk quirk = { .source = cited, .file = cited };
		const struct vpasid_quirk *quirks[] = { &quirk };
		struct config_space space;
		struct placement_report place;
		struct map map;

		fill(&space);
		hostile_text(name, sizeof(name), &seed);
		hostile_text(cited, sizeof(cited), &seed);
		find(&space, &place);
		free(place.quirks);
		place.quirks = quirks;
		place.quirk_count = 1;
		if (round % 2) {
			place.error = -1;
			hostile_text(place.why.text, sizeof(place.why.text), &seed);
		}
		map_make(&place, &map);
		assert_xml(&map);
		place.quirks = NULL;
		place_free(&place);
	}
}

/* Keys are in this order, none is ever left out, and unknown is null. */
static void test_json(void **state)
{
	static const char expected[] =
		"{\"schema\":\"vpasid-map/1\",\"devices\":[{\"bdf\":\"0000:00:05.0\",\"name\":\"A "
		"name\",\"capabilities\":[{\"offset\":256,\"length\":8,\"id\":14,\"version\":1,\"name\":\"ARI\",\"exact\":true,\"cut\":false,\"hides\":false}],\"runs\":[{\"offset\":0,\"length\":64,\"kind\":\"header\"},{\"offset\":64,\"length\":192,\"kind\":\"conventional\"},{\"offset\":256,\"length\":8,\"kind\":\"capability\"},{\"offset\":264,\"length\":3824,\"kind\":\"free\"},{\"offset\":4088,\"length\":8,\"kind\":\"place\"}],\"findings\":[\"the "
		"capability at 0x100 points to 0x300, where there is no "
		"capability\"],\"offset\":4088,\"error\":null},{\"bdf\":\"0000:00:06.0\",\"name\":null,\"capabilities\":null,\"runs\":null,\"findings\":null,\"offset\":null,\"error\":\"it "
		"is gone\"}]}";
	struct config_space space,
		gone = { .bdf.text = "0000:00:06.0", .error = -5, .why.text = "it is gone" };
	struct placement_report places[2];
	struct json_object *report;

	(void)state;
	fill(&space);
	memset(space.config + 0x100, 0, VPASID_CONFIG_SIZE - 0x100);
	put_header(space.config, 0x100, 0x0e, 1, 0x300);
	find(&space, &places[0]);
	place_find(&gone, NULL, 0, 0, &places[1]);
	report = map_to_json(places, 2);
	assert_string_equal(
		json_object_to_json_string_ext(report, JSON_C_TO_STRING_PLAIN |
							       JSON_C_TO_STRING_NOSLASHESCAPE),
		expected);
	assert_true(schema_is_met(report));
	json_object_put(report);
	place_free(&places[0]);
	place_free(&places[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_quirks),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_colours),
		cmocka_unit_test(test_crowded),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_long_name),
		cmocka_unit_test(test_svg),
		cmocka_unit_test(test_svg_legend),
		cmocka_unit_test(test_svg_of_hostile_texts),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_many_findings),
		cmocka_unit_test(test_svg_legend_of_several),
		cmocka_unit_test(test_hidden_head),
		cmocka_unit_test(test_letters),
	};

	return cmocka_run_group_tests_name("tool_map", tests, NULL, NULL);
}
