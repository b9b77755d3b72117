// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vpasid query and vpasid try with answers that a test has made: how they exit, and what they say
 * on standard error. query_calls_test.c has the answers of a kernel.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cmd.h"
#include "facts/subjects.h"
#include "query/try.h"
#include "support/command.h"
#include "support/output.h"
#include "support/schema.h"
#include "vfio/explain.h"

#define FIRST  "0000:00:05.0"
#define SECOND "0000:00:06.0"
#define TOKEN  "12345678-1234-1234-1234-123456789abc"

static struct function first = { .pci.bdf.text = FIRST, .name = "" };
static struct function second = { .pci.bdf.text = SECOND, .name = "" };

/* What the host answers */
static struct {
	size_t count; /* of the functions that the command line chooses */
	int without_vfio;
	const char *names_why;
	struct query answers[2];
	enum try_verdict verdict;
	const char *note;
} host;

static uint32_t tried; /* the PASID that was tried, or 0 */
static struct ran ran;

int __wrap_subjects_open(const struct host_options *options, const struct choice *choice,
			 char *const *bdfs, bool takes_all, struct subjects *subjects);
void __wrap_subjects_close(struct subjects *subjects);
int __wrap_vfio_check_host(struct why *why);
void __wrap_query_all(struct query *queries, size_t count, const char *vf_token, struct why *names);
void __wrap_try_pasid(struct attempt *attempt, const char *vf_token);

int __wrap_subjects_open(const struct host_options *options, const struct choice *choice,
			 char *const *bdfs, bool takes_all, struct subjects *subjects)
{
	static struct function *functions[] = { &first, &second };

	(void)choice;
	(void)bdfs;
	assert_true(options->wakes);
	assert_false(takes_all);
	*subjects = (struct subjects){ .functions = functions, .count = host.count };
	return EXIT_OK;
}

void __wrap_subjects_close(struct subjects *subjects)
{
	assert_int_equal(subjects->count, host.count);
}

int __wrap_vfio_check_host(struct why *why)
{
	return because(why, host.without_vfio, "this host has no VFIO");
}

void __wrap_query_all(struct query *queries, size_t count, const char *vf_token, struct why *names)
{
	assert_string_equal(vf_token, TOKEN);
	because(names, 0, "%s", host.names_why);
	for (size_t i = 0; i < count; i++) {
		host.answers[i].function = queries[i].function;
		queries[i] = host.answers[i];
	}
}

void __wrap_try_pasid(struct attempt *attempt, const char *vf_token)
{
	assert_string_equal(vf_token, TOKEN);
	tried = attempt->pasid;
	attempt->verdict = host.verdict;
	because(&attempt->why, 0, "the verdict");
	because(&attempt->query.note, 0, "%s", host.note);
}

static int setup(void **state)
{
	static const struct vpasid_info usable = { .width = 20,
						   .source = VPASID_SOURCE_VFIO_FEATURE };

	(void)state;
	memset(&host, 0, sizeof(host));
	host.count = 2;
	host.names_why = host.note = "";
	for (size_t i = 0; i < 2; i++)
		host.answers[i] = (struct query){ .exists = true, .info = usable };
	tried = 0;
	return 0;
}

/* The command is vpasid COMMAND ARGUMENT... */
#define RUN(command, ...) command_run(&ran, command, "--vf-token", TOKEN, __VA_ARGS__, (char *)NULL)

static void test_usable(void **state)
{
	(void)state;
	RUN(cmd_query, FIRST, SECOND);
	assert_int_equal(ran.status, EXIT_OK);
	assert_string_equal(ran.err, "");
	assert_non_null(strstr(ran.out, "\n" FIRST));
	assert_non_null(strstr(ran.out, "\n" SECOND));
}

/* The table shows that there is no answer, and standard error says why. */
static void test_error(void **state)
{
	(void)state;
	host.answers[0].error = -ENXIO;
	because(&host.answers[0].why, 0, "not bound");
	because(&host.answers[1].note, 0, "it was read from sysfs");
	RUN(cmd_query, FIRST, SECOND);
	assert_int_equal(ran.status, EXIT_ERROR);
	assert_string_equal(ran.err, "vpasid: " FIRST ": not bound\n"
				     "vpasid: " SECOND ": it was read from sysfs\n");
}

static void test_no_pasid(void **state)
{
	(void)state;
	host.answers[1].info.width = 0;
	host.names_why = "no names: there is no pci.ids";
	RUN(cmd_query, FIRST, SECOND);
	assert_int_equal(ran.status, EXIT_NO_PASID);
	assert_string_equal(ran.err, "vpasid: no names: there is no pci.ids\n");
}

/* One message says that the host lacks VFIO, not one for each function. */
static void test_no_vfio(void **state)
{
	(void)state;
	host.without_vfio = -ENOSYS;
	host.answers[0].error = host.answers[1].error = -ENOSYS;
	RUN(cmd_query, FIRST, SECOND);
	assert_int_equal(ran.status, EXIT_ERROR);
	assert_string_equal(ran.err, "vpasid: this host has no VFIO\n");
	/* the same if the command line names no function */
	command_run(&ran, cmd_query, "--vf-token", TOKEN, (char *)NULL);
	assert_int_equal(ran.status, EXIT_ERROR);
	assert_string_equal(ran.err, "vpasid: this host has no VFIO\n");
}

/* The JSON that a command printed meets its schema. */
static void assert_json(void)
{
	struct json_object *report = json_tokener_parse(ran.out);

	assert_non_null(report);
	assert_true(schema_is_met(report));
	json_object_put(report);
}

static void test_json(void **state)
{
	(void)state;
	RUN(cmd_query, "--json", FIRST, SECOND);
	assert_int_equal(ran.status, EXIT_OK);
	assert_json();
	host.count = 1;
	host.verdict = TRY_FAILED;
	RUN(cmd_try, "--json", FIRST);
	assert_int_equal(ran.status, EXIT_ERROR);
	assert_json();
}

static void test_try(void **state)
{
	(void)state;
	host.count = 1;
	RUN(cmd_try, FIRST);
	assert_int_equal(ran.status, EXIT_OK);
	assert_int_equal(tried, 1);
	assert_non_null(strstr(ran.out, "the verdict"));
	assert_string_equal(ran.err, "");
	host.verdict = TRY_IMPOSSIBLE;
	host.note = "sources disagree";
	RUN(cmd_try, "--pasid", "1048575", FIRST);
	assert_int_equal(ran.status, EXIT_NO_PASID);
	assert_int_equal(tried, 1048575);
	assert_string_equal(ran.err, "vpasid: " FIRST ": sources disagree\n");
	host.verdict = TRY_FAILED;
	RUN(cmd_try, FIRST);
	assert_int_equal(ran.status, EXIT_ERROR);
	assert_string_equal(ran.out, "");
	assert_string_equal(ran.err, "vpasid: " FIRST ": the verdict\n");
}

static void test_try_is_refused(void **state)
{
	(void)state;
	RUN(cmd_try, FIRST, SECOND);
	assert_int_equal(ran.status, EXIT_USAGE);
	RUN(cmd_try, "--pasid", "0", FIRST);
	assert_int_equal(ran.status, EXIT_USAGE);
	assert_non_null(strstr(ran.err, "--pasid 0: to the kernel, 0 stands for DMA without"));
	RUN(cmd_try, "--pasid", "1048576", FIRST);
	assert_int_equal(ran.status, EXIT_USAGE);
	assert_non_null(strstr(ran.err, "--pasid 1048576: not a number from 1 to 1048575"));
	assert_int_equal(tried, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_usable), TEST(test_error), TEST(test_no_pasid),	TEST(test_no_vfio),
		TEST(test_json),   TEST(test_try),   TEST(test_try_is_refused),
	};

	return cmocka_run_group_tests_name("tool_query_command", tests, NULL, NULL);
}
