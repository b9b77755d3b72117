// SPDX-License-Identifier: GPL-2.0-or-later
/* place/map.h: what is what in a config space, and the map as JSON. */
#include <json-c/json.h>
#include <json-c/json_pointer.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "made_map.h"
#include "support/schema.h"

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

/* As many findings as a layout has room for */
static void test_findings(void **state)
{
	struct config_space space;
	struct placement_report place;
	struct map map;
	struct json_object *report, *findings;

	(void)state;
	make_map_of_findings(&space, &place, &map);
	report = map_to_json(&place, 1);
	assert_int_equal(json_pointer_get(report, "/devices/0/findings", &findings), 0);
	assert_int_equal(json_object_array_length(findings), VPASID_MAX_FINDINGS);
	json_object_put(report);
	place_free(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs),	    cmocka_unit_test(test_quirks),
		cmocka_unit_test(test_hidden_head), cmocka_unit_test(test_letters),
		cmocka_unit_test(test_noise),	    cmocka_unit_test(test_json),
		cmocka_unit_test(test_findings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
