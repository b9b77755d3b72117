// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/kernel_log.h: which messages may leave a host, and how /dev/kmsg is read. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <cmocka.h>

#include "facts/kernel_log.h"
#include "filtered.h"

/* The file's own size limit, which a recording's reader knows, too */
#define MOST ((size_t)48 << 10)

static void assert_kept(const char *line, bool is_kept)
{
	if (strcmp(filtered(kernel_log_filter, line), is_kept ? line : "") != 0)
		fail_msg("%s", line);
}

static void test_words(void **state)
{
	static const char *const words[] = { "DMAR",	   "IVRS",     "IORT",	   "VIOT",
					     "AMD-Vi",	   "SMMU",     "arm-smmu", "IOMMU",
					     "iommu",	   "VFIO",     "vfio",	   "PASID",
					     "pasid",	   "idxd",     "lockdown", "Secure Boot",
					     "ecure boot", "signature" };
	char line[64];

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		snprintf(line, sizeof(line), "6,1,2,-;of %s\n", words[i]);
		assert_kept(line, true);
	}
	assert_kept("6,1,2,-;of others\n", false);
}

/* What identifies the host, its disks or its network */
static void test_private(void **state)
{
	static const char *const words[] = {
		"Command line: ", "audit: ", "Serial number", "wwn",  "WWN",
		"naa.",		  "eui.",    "uuid",	      "UUID", "52:54:00:12:34:56"
	};
	char line[64];

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		snprintf(line, sizeof(line), "6,1,2,-;vfio %s\n", words[i]);
		assert_kept(line, false);
	}
}

/* Six bytes with colons between them are an address, wherever they stand; other bytes aren't. */
static void test_addresses(void **state)
{
	static const struct {
		const char *line;
		bool is_kept;
	} rows[] = {
		{ "6,1,2,-;vfio 52:54:00:12:34:5\n", true },
		{ "6,1,2,-;vfio 52:54:00:12:34\n", true },
		{ "6,1,2,-;vfio g2:54:00:12:34:56\n", true },
		{ "6,1,2,-;vfio 52:54:00:12:34:5g\n", true },
		{ "6,1,2,-;vfio 52:54:00:12:34-56\n", true },
		{ "6,1,2,-;vfio 52-54-00-12-34-56\n", true },
		{ "6,1,2,-;vfio 0000:01:00.0\n", true },
		{ "6,1,2,-;52:54:00:12:34:56 vfio\n", false },
		{ "6,1,2,-;vfio x52:54:00:AB:cd:eF:x\n", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_kept(rows[i].line, rows[i].is_kept);
}

/* Messages of the kernel itself have a priority of 0 to 7. */
static void test_origin(void **state)
{
	static const struct {
		const char *line;
		bool is_kept;
	} rows[] = {
		{ "0,1,2,-;vfio\n", true },	{ "7,1,2,-;vfio\n", true },
		{ "8,1,2,-;vfio\n", false },	{ "x,1,2,-;vfio\n", false },
		{ "6,1,2,- vfio\n", false },	{ "6,vfio,2,-;other\n", false },
		{ " SUBSYSTEM=vfio\n", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_kept(rows[i].line, rows[i].is_kept);
}

/* A line of @length characters with the newline, at @to; returns what is behind it. */
static char *put_line(char *to, size_t length)
{
	static const char begin[] = "6,1,2,-;vfio ";

	memset(to, 'x', length);
	memcpy(to, begin, strlen(begin));
	to[length - 1] = '\n';
	to[length] = '\0';
	return to + length;
}

/* Once there is no room for a message, later ones are only counted. */
static void test_limit(void **state)
{
	char *text = malloc(2 * MOST), *at = text;
	char expected[64];

	(void)state;
	assert_non_null(text);
	while (at < text + MOST)
		at = put_line(at, 1 << 10);
	assert_string_equal(filtered(kernel_log_filter, text), text);

	at = put_line(text + MOST - (1 << 10), (1 << 10) + 1);
	put_line(at, 100);
	assert_int_equal(strlen(filtered(kernel_log_filter, text)),
			 MOST - (1 << 10) + strlen("2 more\n"));
	snprintf(expected, sizeof(expected), "\n2 more\n");
	assert_non_null(strstr(filtered(kernel_log_filter, text), expected));
	free(text);
}

/* A file that answers as /dev/kmsg does: each read has a line, or an errno. */
struct answers {
	const char *lines[8]; /* NULL: the read fails with the error */
	int errors[8];
	size_t next;
};

static ssize_t answer(void *cookie, char *buffer, size_t size)
{
	struct answers *answers = cookie;
	size_t at = answers->next++;

	/* a message has up to 8 KiB, with escapes */
	assert_true(size >= 1 << 14);
	if (answers->lines[at]) {
		memcpy(buffer, answers->lines[at], strlen(answers->lines[at]));
		return (ssize_t)strlen(answers->lines[at]);
	}
	errno = answers->errors[at];
	return errno ? -1 : 0;
}

/* What it leaves is @expected; returns the file, to look at its state. */
static FILE *filter_answers(struct answers *answers, const char *expected)
{
	FILE *in = fopencookie(answers, "r", (cookie_io_functions_t){ .read = answer }), *out;
	char *left = NULL;
	size_t size;

	out = open_memstream(&left, &size);
	assert_non_null(in);
	assert_non_null(out);
	errno = EAGAIN; /* of something before */
	kernel_log_filter(in, out);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(left, expected);
	free(left);
	return in;
}

/* Messages that were overwritten before they were read are skipped. */
static void test_overwritten(void **state)
{
	struct answers answers = { .lines = { "6,1,2,-;vfio a\n", NULL, NULL, "6,4,2,-;vfio b\n" },
				   .errors = { 0, EPIPE, EPIPE } };
	FILE *in = filter_answers(&answers, "6,1,2,-;vfio a\n6,4,2,-;vfio b\n");

	(void)state;
	assert_false(ferror(in));
	assert_true(feof(in));
	fclose(in);
}

/* No message is left: that is the end of a file that doesn't end. */
static void test_no_more(void **state)
{
	struct answers answers = { .lines = { "6,1,2,-;vfio a\n" }, .errors = { 0, EAGAIN } };
	FILE *in = filter_answers(&answers, "6,1,2,-;vfio a\n");

	(void)state;
	assert_false(ferror(in));
	fclose(in);
}

static void test_error(void **state)
{
	struct answers answers = { .lines = { "6,1,2,-;vfio a\n" }, .errors = { 0, EIO } };
	FILE *in = filter_answers(&answers, "6,1,2,-;vfio a\n");

	(void)state;
	assert_true(ferror(in));
	assert_int_equal(answers.next, 2);
	fclose(in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),	  cmocka_unit_test(test_private),
		cmocka_unit_test(test_addresses), cmocka_unit_test(test_origin),
		cmocka_unit_test(test_limit),	  cmocka_unit_test(test_overwritten),
		cmocka_unit_test(test_no_more),	  cmocka_unit_test(test_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
