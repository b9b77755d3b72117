// SPDX-License-Identifier: GPL-2.0-or-later
/* output.h and table.h: nothing from outside reaches a terminal; columns line up. */
#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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
		       "\033[1mONE   B      LAST COLUMN\033[0m\n"
		       "1     wider  x\n"
		       "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac         \\x1b[1m\n");
	table_free(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_escape_short),
		cmocka_unit_test(test_json_text),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests_name("tool_output", tests, NULL, NULL);
}
