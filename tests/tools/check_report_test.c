// SPDX-License-Identifier: GPL-2.0-or-later
/* check/report.c and cmd_check.c: the findings for people, for programs, and as a status. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include <cmocka.h>

#include "cmd.h"
#include "made_check.h"
#include "support/command.h"
#include "support/output.h"
#include "support/schema.h"
#include "support/tree.h"
#include "support/wrap.h"

static struct ran ran;

static char *print(bool colours, size_t width)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	check_print(&check, stream, colours, width);
	fclose(stream);
	return text;
}

static struct check made(struct finding *findings, size_t count)
{
	return (struct check){ .purpose = PURPOSE_SVA, .findings = findings, .count = count };
}

static void test_text(void **state)
{
	struct finding findings[] = {
		{ .what = CHECK_KERNEL, .found = "it is fine" },
		{ .what = CHECK_IOMMU_MODE,
		  .verdict = CHECK_FAIL,
		  .subject = "dmar0 and 1 like it",
		  .found = "legacy mode\033",
		  .todo = "boot with it" },
		{ .what = CHECK_ACS,
		  .verdict = CHECK_UNKNOWN,
		  .subject = "dmar0",
		  .found = "dmar0 is hidden" },
	};
	char *text;

	(void)state;
	check = made(findings, 3);
	text = print(false, 0);
	assert_string_equal(text, "PASS     kernel      it is fine\n"
				  "FAIL     iommu-mode  dmar0 and 1 like it: legacy mode\\x1b\n"
				  "                     to do: boot with it\n"
				  "UNKNOWN  acs         dmar0 is hidden\n"
				  "\n"
				  "sva: FAIL (1 FAIL, 1 UNKNOWN, 1 PASS)\n");
	free(text);
	/* The widest name may be the first one. */
	check = made(findings + 1, 2);
	text = print(false, 0);
	assert_string_equal(text, "FAIL     iommu-mode  dmar0 and 1 like it: legacy mode\\x1b\n"
				  "                     to do: boot with it\n"
				  "UNKNOWN  acs         dmar0 is hidden\n"
				  "\n"
				  "sva: FAIL (1 FAIL, 1 UNKNOWN)\n");
	free(text);
	check = made(findings, 3);
	text = print(false, 45);
	assert_non_null(strstr(text, "FAIL     iommu-mode  dmar0 and 1 like it:\n"
				     "                     legacy mode\\x1b\n"
				     "                     to do: boot with it\n"));
	free(text);
	text = print(true, 0);
	assert_non_null(strstr(text, GREEN "PASS" NORMAL "     kernel"));
	assert_non_null(strstr(text, RED "FAIL" NORMAL "     iommu-mode"));
	assert_non_null(strstr(text, YELLOW "UNKNOWN" NORMAL "  acs"));
	free(text);
	check = (struct check){ 0 };
}

static const char *string(struct json_object *object, const char *key)
{
	return json_object_get_string(json_object_object_get(object, key));
}

static void test_json(void **state)
{
	struct finding findings[] = {
		{ .what = CHECK_IOMMU_MODE,
		  .verdict = CHECK_WARN,
		  .subject = "dmar0",
		  .found = "found",
		  .todo = "todo" },
		{ .what = CHECK_KERNEL, .found = "found" },
	};
	struct check two = made(findings, 2);
	struct json_object *report = check_to_json(&two), *array, *finding;

	(void)state;
	assert_string_equal(string(report, "schema"), "vpasid-check/1");
	assert_string_equal(string(report, "for"), "sva");
	assert_string_equal(string(report, "verdict"), "WARN");
	array = json_object_object_get(report, "findings");
	assert_int_equal(json_object_array_length(array), 2);
	finding = json_object_array_get_idx(array, 0);
	assert_string_equal(string(finding, "question"), "iommu-mode");
	assert_string_equal(string(finding, "subject"), "dmar0");
	assert_string_equal(string(finding, "verdict"), "WARN");
	assert_string_equal(string(finding, "found"), "found");
	assert_string_equal(string(finding, "todo"), "todo");
	finding = json_object_array_get_idx(array, 1);
	assert_string_equal(string(finding, "verdict"), "PASS");
	assert_null(string(finding, "subject"));
	assert_null(string(finding, "todo"));
	assert_true(schema_is_met(report));
	json_object_put(report);
}

/* What failed counts more than what isn't known; a warning isn't a failure. */
static void test_verdict(void **state)
{
	struct finding findings[] = {
		{ .verdict = CHECK_WARN },
		{ .verdict = CHECK_FAIL },
		{ .verdict = CHECK_UNKNOWN },
		{ .verdict = CHECK_PASS },
	};
	struct check all = made(findings, 4), none = made(findings, 0);

	(void)state;
	assert_int_equal(check_verdict(&all), CHECK_FAIL);
	findings[1].verdict = CHECK_PASS;
	assert_int_equal(check_verdict(&all), CHECK_UNKNOWN);
	findings[2].verdict = CHECK_PASS;
	assert_int_equal(check_verdict(&all), CHECK_WARN);
	assert_int_equal(check_verdict(&none), CHECK_PASS);
	assert_int_equal(check_count(&all, CHECKS, CHECK_PASS), 3);
}

/* A recorded sysfs says nothing of the kernel. */
static void test_command(void **state)
{
	struct path sysfs = path_of("%s/sys", (const char *)*state);

	command_run(&ran, cmd_check, "--sysfs", sysfs.text, NULL);
	assert_int_equal(ran.status, EXIT_ERROR);
	assert_non_null(strstr(ran.out, "UNKNOWN  interrupts"));
	assert_non_null(strstr(ran.out, "vmm: UNKNOWN"));
	/* Its programs aren't those of this host. */
	assert_null(strstr(ran.out, "  qemu "));
	assert_null(strstr(ran.out, "  libvirt "));
	assert_string_equal(ran.err, "");

	made_check_vtd(*state, CHECK_CAP, 0);
	command_run(&ran, cmd_check, "--for", "sva", "--json", "--sysfs", sysfs.text, NULL);
	assert_int_equal(ran.status, EXIT_NO_PASID);
	assert_non_null(strstr(ran.out, "\"for\": \"sva\""));

	command_run(&ran, cmd_check, "--sysfs", "/nonexistent", NULL);
	assert_int_equal(ran.status, EXIT_ERROR);
	assert_non_null(strstr(ran.err, "/nonexistent"));
}

static void test_usage(void **state)
{
	(void)state;
	command_run(&ran, cmd_check, "--for", "all", NULL);
	assert_int_equal(ran.status, EXIT_USAGE);
	assert_non_null(strstr(ran.err, "--for all: must be vmm, sva, guest-sva or pasid"));
	command_run(&ran, cmd_check, "0000:00:05.0", NULL);
	assert_int_equal(ran.status, EXIT_USAGE);
	assert_non_null(strstr(ran.err, "`vpasid explain BDF` examines a function"));
}

static void assert_wrapped(size_t indent, size_t width, const char *text, const char *expected)
{
	char *wrapped = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&wrapped, &size);

	put_wrapped(stream, indent, width, text);
	fclose(stream);
	assert_string_equal(wrapped, expected);
	free(wrapped);
}

static void test_wrap(void **state)
{
	(void)state;
	assert_wrapped(4, 24, "four five six seven eight", "four five six seven\n    eight\n");
	assert_wrapped(4, 24, "aaaaaaaaaabbbbbbbbbbcccccccccc d",
		       "aaaaaaaaaabbbbbbbbbb\n    cccccccccc d\n");
	assert_wrapped(0, 20, "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 67890 2345 789 1",
		       "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 67890 2345 789\n1\n");
	/* no room behind that indent, even for a word that is broken */
	assert_wrapped(10, 29, "four five six seven eight", "\n    four five six seven eight\n");
	assert_wrapped(4, 6, "aabb", "aa\n    bb\n");
	/* a smaller indent keeps a word whole */
	assert_wrapped(8, 30, "aaaaaaaaaabbbbbbbbbbccccc d",
		       "\n    aaaaaaaaaabbbbbbbbbbccccc\n    d\n");
	/* it fits anyway, or there is no terminal */
	assert_wrapped(10, 29, "four", "four\n");
	assert_wrapped(4, 0, "four five six seven eight", "four five six seven eight\n");
	assert_wrapped(4, 24, "", "\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_verdict),
		cmocka_unit_test_setup_teardown(test_command, made_check_setup,
						made_check_teardown),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_wrap),
	};

	return cmocka_run_group_tests_name("tool_check_report", tests, NULL, NULL);
}
