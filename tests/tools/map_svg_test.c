// SPDX-License-Identifier: GPL-2.0-or-later
/* place/map.h: the map as SVG. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hostile_text.h"
#include "made_map.h"

/* Names, and what is in the way, may hold anything. */
static void test_svg(void **state)
{
	struct config_space space;
	struct placement_report place;
	struct map map;
	char *text;

	(void)state;
	fill(&space);
	strcpy(name, "<b>&\"\x1b[m\xff\xef\xbf\xbe");
	find(&space, &place);
	map_make(&place, &map);
	text = svg_of(&map);
	assert_non_null(strstr(text, "&lt;b&gt;&amp;\"\\x1b[m\\xff\\xef\\xbf\\xbe</text>"));
	assert_null(strstr(text, "<b>"));
	assert_null(strchr(text, '\033'));
	/* what may belong to a capability has the pattern, and what is free has none */
	assert_non_null(strstr(text, "fill=\"url(#reach)\""));
	assert_null(strstr(text, "null"));
	assert_non_null(strstr(text, ">ff4-ffb  PASID goes here: the highest gap<"));
	assert_non_null(strstr(text, ">200-27f  ID 0x7777 v3, unknown length<"));
	assert_string_equal(text + strlen(text) - 7, "</svg>\n");
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
		size_t rows;
		char *text;

		put_chain(&space, spans);
		if (spans & 1)
			put_dword(space.config, 0x400, 1);
		find(&space, &place);
		map_make(&place, &map);
		text = svg_of(&map);
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
		size_t rows;
		char *text;

		put_chain(&space, spans);
		place_find(&space, NULL, 0, PLACE_WITH_PRI | PLACE_WITH_ATS, &place);
		place.name = name;
		map_make(&place, &map);
		text = svg_of(&map);
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

/* As many findings as a layout has room for */
static void test_findings(void **state)
{
	struct config_space space;
	struct placement_report place;
	struct map map;
	char *text;

	(void)state;
	make_map_of_findings(&space, &place, &map);
	text = svg_of(&map);
	assert_int_equal(count_parts(text, ">note: the capability at 0x100 "), VPASID_MAX_FINDINGS);
	free(text);
	place_free(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_svg),
		cmocka_unit_test(test_svg_legend),
		cmocka_unit_test(test_svg_legend_of_several),
		cmocka_unit_test(test_svg_of_hostile_texts),
		cmocka_unit_test(test_findings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
