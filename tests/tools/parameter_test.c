// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * support/parameter.h. tests/tools/command_lines has many more lines, which
 * tests/lab/command_line_test.sh compares with a kernel.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/parameter.h"

/* "NAME|" or "NAME=VALUE|" for each word */
static void test_next(void **state)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
		{ "", "" },
		{ " \t\n", "" },
		{ "a", "a|" },
		{ "  a b=c\n", "a|b=c|" },
		{ "a=", "a=|" },
		{ "=a", "=a|" },
		{ "a=b=c", "a=b=c|" },
		{ "a=\"b c\" d", "a=b c|d|" },
		{ "\"a=b c\" d", "a=b c|d|" },
		{ "\"a b\" c", "a b|c|" },
		{ "a=b\" c\"", "a=b\" c\"|" },
		{ "a=\"b c", "a=b c|" },
		{ "a=\"\" \"\" b", "a=||b|" },
		{ "a -- b", "a|" },
		{ "a \"--\" b", "a|" },
		{ "--a --=b -", "--a|--=b|-|" },
		{ "a\tb\vc\fd\re", "a|b|c|d|e|" },
		{ "a\xa0"
		  "b",
		  "a|b|" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct parameter parameter;
		char text[64], words[64] = "";
		char *rest = text;

		snprintf(text, sizeof(text), "%s", rows[i].text);
		while (parameter_next(&rest, &parameter))
			snprintf(words + strlen(words), sizeof(words) - strlen(words), "%s%s%s|",
				 parameter.name, parameter.value ? "=" : "",
				 parameter.value ? parameter.value : "");
		assert_string_equal(words, rows[i].words);
	}
}

/* For callers that read on behind it. */
static void test_behind_dashes(void **state)
{
	char text[] = "a -- b=c";
	char *rest = text;
	struct parameter parameter;

	(void)state;
	assert_true(parameter_next(&rest, &parameter));
	assert_false(parameter_next(&rest, &parameter));
	assert_true(parameter_next(&rest, &parameter));
	assert_string_equal(parameter.name, "b");
	assert_string_equal(parameter.value, "c");
	assert_false(parameter_next(&rest, &parameter));
	assert_string_equal(rest, "");
}

static bool is_named(char *name, const char *wanted)
{
	return parameter_is_named(&(struct parameter){ .name = name }, wanted);
}

static void test_is_named(void **state)
{
	(void)state;
	assert_true(is_named("intel_iommu", "intel_iommu"));
	assert_true(is_named("intel-iommu", "intel_iommu"));
	assert_true(is_named("vfio-pci.a_b-c", "vfio_pci.a_b_c"));
	assert_false(is_named("intel_iommux", "intel_iommu"));
	assert_false(is_named("intel_iomm", "intel_iommu"));
	assert_false(is_named("Intel_iommu", "intel_iommu"));
	assert_false(is_named("", "intel_iommu"));
	assert_true(is_named("", ""));
}

static void test_bool(void **state)
{
	static const char *const yes[] = { "1",	 "y",  "Y",   "t",   "T",    "on", "On",
					   "oN", "ON", "1\n", "yes", "true", "10", "ontology" };
	static const char *const no[] = { "0",	"n",   "N",   "f",  "F",     "of", "off",
					  "oF", "OFF", "0\n", "no", "false", "00", "offer" };
	static const char *const neither[] = { "", "o", "O", "2", " 1", "maybe", "enable", "\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		assert_int_equal(parameter_bool(yes[i]), FACT_YES);
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		assert_int_equal(parameter_bool(no[i]), FACT_NO);
	for (size_t i = 0; i < sizeof(neither) / sizeof(neither[0]); i++)
		assert_int_equal(parameter_bool(neither[i]), FACT_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_behind_dashes),
		cmocka_unit_test(test_is_named),
		cmocka_unit_test(test_bool),
	};

	return cmocka_run_group_tests_name("tool_parameter", tests, NULL, NULL);
}
