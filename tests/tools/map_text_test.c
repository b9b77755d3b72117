// SPDX-License-Identifier: GPL-2.0-or-later
/* place/map.h: the map as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "made_map.h"

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

/* As many findings as a layout has room for */
static void test_findings(void **state)
{
	struct config_space space;
	struct placement_report place;
	struct map map;
	char *text;

	(void)state;
	make_map_of_findings(&space, &place, &map);
	text = picture(&map, false, false);
	assert_int_equal(count_parts(text, "\nnote: the capability at 0x100 "),
			 VPASID_MAX_FINDINGS);
	free(text);
	place_free(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),	 cmocka_unit_test(test_colours),
		cmocka_unit_test(test_crowded),	 cmocka_unit_test(test_long_name),
		cmocka_unit_test(test_findings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
