// SPDX-License-Identifier: GPL-2.0-or-later
/* output.h, json.h and table.h: nothing from outside reaches a terminal; columns line up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/json.h"
#include "support/output.h"
#include "support/table.h"

static void test_escape(void **state)
{
	static const struct {
		const char *text, *copy;
	} rows[] = {
		{ "", "" },
		{ "plain text", "plain text" },
		{ "K\xc3\xb6ln \xe2\x82\xac \xf0\x9f\x98\x80",
		  "K\xc3\xb6ln \xe2\x82\xac \xf0\x9f\x98\x80" },
		{ "\x1b[2Jgone", "\\x1b[2Jgone" },
		{ "a\nb\tc\rd\x7f", "a\\x0ab\\x09c\\x0dd\\x7f" },
		/* C1: U+009B does what ESC [ does */
		{ "\xc2\x9b"
		  "2J",
		  "\\xc2\\x9b"
		  "2J" },
		{ "\xc2\xa0", "\xc2\xa0" },
		/* direction: U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069 */
		{ "\xd8\x9c", "\\xd8\\x9c" },
		{ "\xe2\x80\x8e\xe2\x80\x8f", "\\xe2\\x80\\x8e\\xe2\\x80\\x8f" },
		{ "\xe2\x80\xaa", "\\xe2\\x80\\xaa" },
		{ "a\xe2\x80\xae"
		  "b",
		  "a\\xe2\\x80\\xaeb" },
		{ "\xe2\x81\xa6", "\\xe2\\x81\\xa6" },
		{ "\xe2\x81\xa9", "\\xe2\\x81\\xa9" },
		/* U+2028 ends a line; U+200B, U+FEFF and U+E0041 can't be seen */
		{ "\xe2\x80\xa8", "\\xe2\\x80\\xa8" },
		{ "\xe2\x80\x8b", "\\xe2\\x80\\x8b" },
		{ "\xef\xbb\xbf", "\\xef\\xbb\\xbf" },
		{ "\xf3\xa0\x81\x81", "\\xf3\\xa0\\x81\\x81" },
		/* their neighbours */
		{ "\xd8\x9b\xd8\x9d", "\xd8\x9b\xd8\x9d" },
		{ "\xe2\x80\x8a\xe2\x80\x90", "\xe2\x80\x8a\xe2\x80\x90" },
		{ "\xe2\x80\xa7\xe2\x80\xaf", "\xe2\x80\xa7\xe2\x80\xaf" },
		{ "\xe2\x81\xb0\xef\xbf\xbd", "\xe2\x81\xb0\xef\xbf\xbd" },
		/* not UTF-8: Latin-1, a lone continuation, overlong, surrogate, too high, cut */
		{ "K\xf6ln", "K\\xf6ln" },
		{ "\x80", "\\x80" },
		{ "\xc0\xaf", "\\xc0\\xaf" },
		{ "\xe0\x80\xaf", "\\xe0\\x80\\xaf" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
		{ "\xe2\x82", "\\xe2\\x82" },
		{ "\xff", "\\xff" },
	};
	char copy[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(escape(copy, sizeof(copy), rows[i].text), strlen(rows[i].copy));
		assert_string_equal(copy, rows[i].copy);
	}
}

/* What is cut off is cut between characters, and the copy is never overrun. */
static void test_escape_short(void **state)
{
	static const char text[] = "ab\xe2\x82\xac\x1bz";

	(void)state;
	for (size_t size = 1; size < 16; size++) {
		char *copy = malloc(size);
		size_t length = escape(copy, size, text);

		assert_true(length < size);
		assert_int_equal(strlen(copy), length);
		assert_true(length <= 2 || length == 5 || length == 9 || length == 10);
		free(copy);
	}
}

static void test_json_text(void **state)
{
	struct json_object *object = json_text("a\x1b\xff\"");

	(void)state;
	assert_string_equal(json_object_get_string(object), "a\\x1b\\xff\"");
	json_object_put(object);
	assert_null(json_text(NULL));
}

static void test_json_members(void **state)
{
	struct json_object *device = json_object_new_object();
	struct json_object *devices = json_object_new_array(), *report;

	(void)state;
	json_add_text(device, "text", "a\x1b");
	json_add_text(device, "empty", "");
	json_add_text(device, "none", NULL);
	json_add_number(device, "number", true, 0);
	json_add_number(device, "large", true, 1ULL << 40);
	json_add_number(device, "unknown number", false, 5);
	json_add_bool(device, "bool", true, false);
	json_add_bool(device, "unknown bool", false, true);
	json_object_array_add(devices, device);
	report = json_report("schema/1", devices);
	assert_string_equal(
		json_object_to_json_string_ext(report, JSON_C_TO_STRING_PLAIN |
							       JSON_C_TO_STRING_NOSLASHESCAPE),
		"{\"schema\":\"schema/1\",\"devices\":[{\"text\":\"a\\\\x1b\",\"empty\":null,"
		"\"none\":null,\"number\":0,\"large\":1099511627776,"
		"\"unknown number\":null,\"bool\":false,\"unknown bool\":null}]}");
	json_object_put(report);
}

static void test_coloured(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	assert_non_null(stream);
	put_coloured(stream, RED, "%s", "a\x1b");
	put_coloured(stream, NULL, "%s", "b\x1b");
	fclose(stream);
	assert_string_equal(text, "\x1b[31ma\\x1b\x1b[0mb\\x1b");
	free(text);
}

static void assert_printed(const struct table *table, bool colours, const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	assert_int_equal(table_print(table, stream, colours), 0);
	fclose(stream);
	assert_string_equal(text, expected);
	free(text);
}

static void test_table(void **state)
{
	static const char *const header[] = { "ONE", "B", "LAST COLUMN" };
	struct table table;

	(void)state;
	table_init(&table, 3, header);
	assert_printed(&table, false, "ONE  B  LAST COLUMN\n");
	table_add(&table, "1");
	table_add(&table, "wider");
	table_add(&table, "x");
	table_add(&table, "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac");
	table_add(&table, "");
	table_add(&table, "\x1b[1m");
	assert_printed(&table, false,
		       "ONE   B      LAST COLUMN\n"
		       "1     wider  x\n"
		       "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac         \\x1b[1m\n");
	assert_printed(&table, true,
		       "\033[1mONE\033[0m   \033[1mB\033[0m      \033[1mLAST COLUMN\033[0m\n"
		       "1     wider  x\n"
		       "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac         \\x1b[1m\n");
	table_free(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escape),	  cmocka_unit_test(test_escape_short),
		cmocka_unit_test(test_json_text), cmocka_unit_test(test_json_members),
		cmocka_unit_test(test_coloured),  cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests_name("tool_output", tests, NULL, NULL);
}
