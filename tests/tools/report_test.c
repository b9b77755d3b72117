// SPDX-License-Identifier: GPL-2.0-or-later
/* report/html.c and pool.c: what gets into markup, and what functions share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/html.h"
#include "report/pool.h"

static void put(const char *value, const char *expected)
{
	struct text text;

	assert_true(text_open(&text));
	html_put(text.stream, "<p title=\"%s\">%s</p>", value, value);
	assert_true(text_close(&text));
	assert_int_equal(strncmp(text.content, "<p title=\"", 10), 0);
	assert_int_equal(strncmp(text.content + 10, expected, strlen(expected)), 0);
	assert_int_equal(strncmp(text.content + 10 + strlen(expected), "\">", 2), 0);
	assert_int_equal(strncmp(text.content + 12 + strlen(expected), expected, strlen(expected)),
			 0);
	assert_string_equal(text.content + 12 + 2 * strlen(expected), "</p>");
	free(text.content);
}

static void test_escapes(void **state)
{
	(void)state;
	put("", "");
	put("plain, 'quoted'", "plain, 'quoted'");
	put("<script>\"&amp;\"</script>", "&lt;script&gt;&quot;&amp;amp;&quot;&lt;/script&gt;");
	put("]]>&", "]]&gt;&amp;");
	put("a\nb\t\033[31m\x7f", "a\\x0ab\\x09\\x1b[31m\\x7f");
	put("\xff<\xc3", "\\xff&lt;\\xc3");
	put("Gr\xc3\xb6\xc3\x9f"
	    "e",
	    "Gr\xc3\xb6\xc3\x9f"
	    "e");
	put("\xe2\x80\xae<", "\\xe2\\x80\\xae&lt;");
	put("%s%n", "%s%n");
}

static void test_numbers(void **state)
{
	struct text text;

	(void)state;
	assert_true(text_open(&text));
	html_put(text.stream, "%zu %s of %u.", (size_t)1 << 40, "u", 7u);
	html_put(text.stream, "no values");
	assert_true(text_close(&text));
	assert_string_equal(text.content, "1099511627776 u of 7.no values");
	free(text.content);
}

static size_t use(struct pool *pool, const char *key, size_t user, bool expected)
{
	bool is_new;
	size_t number = pool_use(pool, key, user, &is_new);

	assert_int_equal(is_new, expected);
	return number;
}

static void test_shares(void **state)
{
	struct pool pool = { 0 };

	(void)state;
	assert_int_equal(use(&pool, "0000:01:00.0 in group 5", 0, true), 0);
	assert_int_equal(use(&pool, "0000:01:00.1 in group 67", 1, false), 0);
	assert_int_equal(use(&pool, "10000:e1:1f.7 in group ", 2, false), 0);
	assert_int_equal(use(&pool, "0000:01:00.1 in group 67", 2, false), 0);
	assert_int_equal(pool.blocks[0].user_count, 3);
	assert_int_equal(pool.blocks[0].users[2], 2);

	/* What isn't an address, or the number of a group, counts. */
	assert_int_equal(use(&pool, "0000:01:00 in group 5", 3, true), 1);
	assert_int_equal(use(&pool, "0000:01:00.x in group 5", 3, true), 2);
	assert_int_equal(use(&pool, "000:01:00.0 in group 5", 3, true), 3);
	assert_int_equal(use(&pool, "0000:01:00.0 in groups 5", 3, true), 4);
	assert_int_equal(use(&pool, "0000:01:00.0 in group 5 of 6", 3, true), 5);
	assert_int_equal(use(&pool, "", 3, true), 6);
	assert_int_equal(use(&pool, "0000:01:00.0", 3, false), 6);
	assert_int_equal(use(&pool, "supports PASIDs of 16 bits", 3, true), 7);
	assert_int_equal(use(&pool, "supports PASIDs of 20 bits", 3, true), 8);
	assert_false(pool.is_short);
	pool_free(&pool);
}

#define MANY 5000

static void test_grows(void **state)
{
	struct pool pool = { 0 };
	char key[32];

	(void)state;
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < MANY; i++) {
			snprintf(key, sizeof(key), "key %zu", i);
			assert_int_equal(use(&pool, key, i + (size_t)round * MANY, !round), i);
		}
	assert_int_equal(pool.count, MANY);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(pool.blocks[i].user_count, 2);
		assert_int_equal(pool.blocks[i].users[1], i + MANY);
	}
	for (size_t i = 0; i < MANY; i++)
		use(&pool, "key 7", i, false);
	assert_int_equal(pool.blocks[7].user_count, MANY + 2);
	assert_int_equal(pool.blocks[7].users[MANY + 1], MANY - 1);
	pool_free(&pool);
}

static size_t write_block(struct pool *pool, const char *text, size_t user, bool *is_new)
{
	struct text block;

	assert_true(pool_begin(pool, &block));
	html_put(block.stream, "<p>%s</p>", text);
	return pool_end(pool, &block, user, is_new);
}

static void test_keeps_the_first(void **state)
{
	struct pool pool = { 0 };
	bool is_new;

	(void)state;
	assert_int_equal(write_block(&pool, "0000:01:00.0 is fine", 0, &is_new), 0);
	assert_true(is_new);
	assert_int_equal(write_block(&pool, "0000:01:00.1 is fine", 1, &is_new), 0);
	assert_false(is_new);
	assert_int_equal(write_block(&pool, "0000:01:00.1 isn't", 2, &is_new), 1);
	assert_true(is_new);
	assert_string_equal(pool.blocks[0].html, "<p>0000:01:00.0 is fine</p>");
	assert_string_equal(pool.blocks[1].html, "<p>0000:01:00.1 isn't</p>");
	pool_free(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escapes),		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_shares),		cmocka_unit_test(test_grows),
		cmocka_unit_test(test_keeps_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
