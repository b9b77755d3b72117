// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/transcript.h"

char *transcript_read(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	if (!file)
		fail_msg("can't open %s", path);
	assert_true(getdelim(&text, &size, '\0', file) >= 0);
	fclose(file);
	return text;
}

static void renew(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void assert_same(const char *path, const char *expected, const char *text)
{
	for (unsigned int line = 1; *expected || *text; line++) {
		size_t wanted = strcspn(expected, "\n"), length = strcspn(text, "\n");

		if (wanted != length || memcmp(expected, text, length) != 0)
			fail_msg("%s:%u: expected\n%.*s\nbut it is\n%.*s", path, line, (int)wanted,
				 expected, (int)length, text);
		expected += wanted + (expected[wanted] == '\n');
		text += length + (text[length] == '\n');
	}
}

void transcript_assert(const char *path, const char *text)
{
	char *expected;

	if (getenv("RENEW")) {
		renew(path, text);
		return;
	}
	expected = transcript_read(path);
	assert_same(path, expected, text);
	free(expected);
}
