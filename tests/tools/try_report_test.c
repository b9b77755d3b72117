// SPDX-License-Identifier: GPL-2.0-or-later
/* try_report.h: what people see, and the schema vpasid-try/1. */
#include <errno.h>
#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "query/try.h"
#include "support/schema.h"

/* One that went well, and one whose driver's name was made to harm. */
static struct attempt done = {
	.query = { .function = &(struct function){ .pci = { .bdf.text = "0000:00:05.1",
							   .driver = "pasid_vfio_pci" } },
		   .info = { .width = 20, .iommu_width = 16, .known = VPASID_KNOWN_IOMMU_WIDTH } },
	.pasid = 42,
	.verdict = TRY_DONE,
	.why.text = "all went well",
	.steps = {
		[TRY_OPEN] = { TRY_OK, { "opened" } },
		[TRY_QUERY] = { TRY_OK, { "asked" } },
		[TRY_SUPPORT] = { TRY_OK, { "there" } },
		[TRY_SPACES] = { TRY_OK, { "made" } },
		[TRY_ATTACH] = { TRY_OK, { "attached" } },
		[TRY_REPLACE] = { TRY_OK, { "replaced" } },
		[TRY_DETACH] = { TRY_OK, { "detached" } },
		[TRY_CLEAN] = { TRY_OK, { "clean" } },
	},
};

static struct attempt impossible = {
	.query = { .function = &(struct function){ .pci = { .bdf.text = "0000:00:06.0",
							   .driver = "e\x1b[0m" } } },
	.pasid = 1,
	.verdict = TRY_IMPOSSIBLE,
	.why.text = "no \x1b PASID",
	.steps = {
		[TRY_OPEN] = { TRY_OK, { "opened by e\x1b[0m" } },
		[TRY_QUERY] = { TRY_NOT_OK, { "no \x1b PASID" } },
	},
};

static void prints(const struct attempt *attempt, bool colours, const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	try_print(attempt, stream, colours);
	fclose(stream);
	assert_string_equal(text, expected);
	free(text);
}

static void test_text(void **state)
{
	(void)state;
	prints(&done, false,
	       "0000:00:05.1: all went well\n"
	       "  ok      open      opened\n"
	       "  ok      query     asked\n"
	       "  ok      support   there\n"
	       "  ok      spaces    made\n"
	       "  ok      attach    attached\n"
	       "  ok      replace   replaced\n"
	       "  ok      detach    detached\n"
	       "  ok      clean-up  clean\n");
	prints(&impossible, false,
	       "0000:00:06.0: PASID 1 can't be attached: no \\x1b PASID\n"
	       "  ok      open      opened by e\\x1b[0m\n"
	       "  failed  query     as above\n");
	prints(&impossible, true,
	       "0000:00:06.0: PASID 1 can't be attached: no \\x1b PASID\n"
	       "  \033[32mok\033[0m      open      opened by e\\x1b[0m\n"
	       "  \033[31mfailed\033[0m  query     as above\n");
}

#define STEP(name, result, what) \
	"{\"step\":\"" name "\",\"result\":\"" result "\",\"what\":" what "}"
#define SKIPPED(name) STEP(name, "skipped", "null")

/* Keys are in this order, none is ever left out, and unknown is null. */
static void test_json(void **state)
{
	static const struct {
		const struct attempt *attempt;
		const char *json;
	} rows[] = {
		{ &done,
		  "{\"bdf\":\"0000:00:05.1\",\"driver\":\"pasid_vfio_pci\",\"pasid\":42,"
		  "\"verdict\":\"done\",\"usable_width\":16,\"steps\":[" STEP("open", "ok", "\"opened\"") "," STEP("query", "ok", "\"asked\"") "," STEP(
			  "support", "ok",
			  "\"there\"") "," STEP("spaces", "ok",
						"\"made\"") "," STEP("attach", "ok",
								     "\"attached\"") "," STEP("replace",
											      "ok",
											      "\"replaced\"") "," STEP("detach",
														       "ok",
														       "\"detached\"") "," STEP("clean-up",
																		"ok",
																		"\"clean\"") "],\"error\":null}" },
		{ &impossible,
		  "{\"bdf\":\"0000:00:06.0\",\"driver\":\"e\\\\x1b[0m\",\"pasid\":1,"
		  "\"verdict\":\"impossible\",\"usable_width\":0,\"steps\":[" STEP("open", "ok", "\"opened by e\\\\x1b[0m\"") "," STEP("query", "failed", "\"no \\\\x1b PASID\"") "," SKIPPED(
			  "support") "," SKIPPED("spaces") "," SKIPPED("attach") "," SKIPPED("replace") "," SKIPPED("detach") "," SKIPPED("clean-up") "],\"error\":\"no \\\\x1b PASID\"}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct json_object *report = try_to_json(rows[i].attempt), *value;

		assert_int_equal(json_object_object_length(report), 2);
		assert_true(schema_is_met(report));
		assert_true(json_object_object_get_ex(report, "schema", &value));
		assert_string_equal(json_object_get_string(value), "vpasid-try/1");
		assert_true(json_object_object_get_ex(report, "devices", &value));
		assert_int_equal(json_object_array_length(value), 1);
		assert_string_equal(
			json_object_to_json_string_ext(json_object_array_get_idx(value, 0),
						       JSON_C_TO_STRING_PLAIN),
			rows[i].json);
		json_object_put(report);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests_name("tool_try_report", tests, NULL, NULL);
}
