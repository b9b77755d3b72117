// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/recording_manifest.h: words that have blanks or bytes that aren't printed. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "facts/recording_manifest.h"

#define HEAD "vpasid-record 1\nversion 0.2.0\ndate today\nroot yes\nwake no\n"

/* Reads a manifest of that one line. */
static int read_line(const char *line, struct recording *recording)
{
	struct recording_origin origin = { 0 };
	struct why why;
	char text[256];

	*recording = (struct recording){ .root = "" };
	snprintf(text, sizeof(text), HEAD "%s\n", line);
	return recording_read_manifest(text, recording, &origin, &why);
}

static void assert_written(const struct recording *recording, const char *line)
{
	const struct recording_origin origin = { .version = "0.2.0", .date = "today" };
	char *text = NULL, wanted[256];
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	recording_write_manifest(recording, &origin, stream);
	assert_int_equal(fclose(stream), 0);
	snprintf(wanted, sizeof(wanted), "\n%s\n", line);
	assert_non_null(strstr(text, wanted));
	free(text);
}

static void test_escapes(void **state)
{
	static const struct {
		const char *line, *path, *target;
	} rows[] = {
		{ "target 0 sys/a%20b x", "sys/a b", "x" },
		{ "target 0 sys/a %09%0a%1f%7f%25%c3%bf", "sys/a", "\t\n\x1f\x7f%\xc3\xbf" },
		{ "target 0 sys/%25%9a !~", "sys/%\x9a", "!~" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct recording recording;

		assert_int_equal(read_line(rows[i].line, &recording), 0);
		assert_int_equal(recording.count, 1);
		assert_string_equal(recording.items[0]->path, rows[i].path);
		assert_string_equal(recording.items[0]->data, rows[i].target);
		assert_written(&recording, rows[i].line);
		recording_free(&recording);
	}
}

static void test_bad_escapes(void **state)
{
	static const char *const lines[] = {
		"target 0 sys/a %",   "target 0 sys/a %2",  "target 0 sys/a %2g",
		"target 0 sys/a %g2", "target 0 sys/a %2A", "target 0 sys/a %00",
		"target 0 sys/a x y",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct recording recording;

		assert_int_equal(read_line(lines[i], &recording), -EBADMSG);
		recording_free(&recording);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_bad_escapes),
	};

	return cmocka_run_group_tests_name("tool_manifest", tests, NULL, NULL);
}
