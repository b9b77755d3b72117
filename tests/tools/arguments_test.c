// SPDX-License-Identifier: GPL-2.0-or-later
/* pci/arguments.h: offsets, widths and VF tokens, as users write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pci/arguments.h"
#include "support/output.h"

static void test_offset(void **state)
{
	static const struct {
		const char *text;
		unsigned int offset; /* 0: none */
	} rows[] = {
		{ "0xff8", 0xff8 },
		{ "0XFFF", 0xfff },
		{ "1", 1 },
		{ "256", 256 },
		{ "4095", 4095 },
		{ "9999", 0 },
		{ "0x1000", 0 },
		{ "0", 0 },
		{ "", 0 },
		{ "-8", 0 },
		{ "0xffg", 0 },
		{ "0x", 0 },
		/* hexadecimal digits, or a number that is only an offset if it is hexadecimal */
		{ "ff8", 0 },
		{ "FF8", 0 },
		{ "0256", 0 },
		{ "100", 0 },
		{ "255", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned int offset = 0;

		assert_int_equal(parse_offset("--offset", rows[i].text, &offset),
				 rows[i].offset ? EXIT_OK : EXIT_USAGE);
		assert_int_equal(offset, rows[i].offset);
	}
}

static void test_width(void **state)
{
	static const struct {
		const char *text;
		unsigned int width; /* 0: none */
	} rows[] = {
		{ "1", 1 },  { "20", 20 }, { "0x10", 16 }, { "0", 0 },
		{ "21", 0 }, { "", 0 },	   { "-1", 0 },	   { "4x", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned int width = 0;

		assert_int_equal(take_width(&width, rows[i].text),
				 rows[i].width ? EXIT_OK : EXIT_USAGE);
		assert_int_equal(width, rows[i].width);
	}
}

static void test_vf_token(void **state)
{
	(void)state;
	assert_true(vf_token_is_valid("7b2f4b4c-0c5c-4a43-9d0f-2a5e9c1f6f11"));
	assert_true(vf_token_is_valid("7B2F4B4C-0C5C-4A43-9D0F-2A5E9C1F6F11"));
	assert_false(vf_token_is_valid(""));
	assert_false(vf_token_is_valid("7b2f4b4c0c5c4a439d0f2a5e9c1f6f11"));
	assert_false(vf_token_is_valid("7b2f4b4c-0c5c-4a43-9d0f-2a5e9c1f6f1"));
	assert_false(vf_token_is_valid("7b2f4b4c-0c5c-4a43-9d0f-2a5e9c1f6f111"));
	assert_false(vf_token_is_valid("7b2f4b4c-0c5c-4a43-9d0f-2a5e9c1f6f1g"));
	assert_false(vf_token_is_valid("gb2f4b4c-0c5c-4a43-9d0f-2a5e9c1f6f11"));
	assert_false(vf_token_is_valid("7b2f4b4c00c5c-4a43-9d0f-2a5e9c1f6f11"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offset),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_vf_token),
	};

	return cmocka_run_group_tests_name("tool_arguments", tests, NULL, NULL);
}
