// SPDX-License-Identifier: GPL-2.0-or-later
/* facts/recording_manifest.h: what is written, and which texts are a manifest. */
#include <errno.h>
#include <limits.h>
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

static struct recording_origin origin;
static struct why why;

/* Reads a copy of @text. */
static int read_text(const char *text, struct recording *recording)
{
	char *copy = strdup(text);
	int ret;

	assert_non_null(copy);
	*recording = (struct recording){ .root = "" };
	origin = (struct recording_origin){ 0 };
	ret = recording_read_manifest(copy, recording, &origin, &why);
	free(copy);
	return ret;
}

/* Reads a manifest of that one line. */
static int read_line(const char *line, struct recording *recording)
{
	char text[256];

	snprintf(text, sizeof(text), HEAD "%s\n", line);
	return read_text(text, recording);
}

static void assert_written(const struct recording *recording, const char *line)
{
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
		"target 0 sys/a %g2", "target 0 sys/a %00", "target 0 sys/a x y",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct recording recording;

		assert_int_equal(read_line(lines[i], &recording), -EBADMSG);
		recording_free(&recording);
	}
}

/* Capitals are read, too, but not written. */
static void test_capitals(void **state)
{
	struct recording recording;

	(void)state;
	assert_int_equal(read_line("target 0 sys/a %2A%5F%5d", &recording), 0);
	assert_string_equal(recording.items[0]->data, "*_]");
	recording_free(&recording);
	assert_int_equal(read_line("target 0 sys/a %C3%BF", &recording), 0);
	assert_written(&recording, "target 0 sys/a %c3%bf");
	recording_free(&recording);
}

static void test_kinds(void **state)
{
	static const char *const lines[] = {
		"content 13 sys/a",   "target 0 sys/a b",   "target 2 sys/a",
		"target 4095 sys/a",  "entries 0 sys/a -b", "entries 0 sys/a db lc -d%20e",
		"entries 0 sys/a",    "entries 2 sys/a",    "presence 0 sys/a -",
		"presence 0 sys/a d", "presence 0 sys/a l", "presence 1 sys/a",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct recording recording;

		assert_int_equal(read_line(lines[i], &recording), 0);
		assert_int_equal(recording.count, 1);
		if (recording.items[0]->error)
			assert_int_equal(recording.items[0]->length, 0);
		assert_written(&recording, lines[i]);
		recording_free(&recording);
	}
}

static void test_entries(void **state)
{
	struct recording recording;
	const char *entry;

	(void)state;
	assert_int_equal(read_line("entries 0 sys/a db -c", &recording), 0);
	assert_int_equal(recording.items[0]->length, 6);
	entry = recorded_next_entry(recording.items[0], NULL);
	assert_string_equal(entry, "db");
	entry = recorded_next_entry(recording.items[0], entry);
	assert_string_equal(entry, "-c");
	assert_null(recorded_next_entry(recording.items[0], entry));
	recording_free(&recording);
}

static void test_bad_lines(void **state)
{
	static const char *const lines[] = {
		"other 0 sys/a x",
		"target",
		"target 0",
		"target x sys/a b",
		"target -2 sys/a",
		"target 4096 sys/a",
		"target 2 sys/a b",
		"target 0 /sys/a b",
		"target 0 sys/%zz b",
		"target 0 sys/a",
		"content 0 sys/a b",
		"content 0 sys/a",
		"presence 0 sys/a x",
		"presence 0 sys/a dd",
		"presence 0 sys/a -%20",
		"presence 0 sys/a",
		"entries 0 sys/a xb",
		"entries 0 sys/a d",
		"entries 0 sys/a db/c",
		"entries 0 sys/a db  dc",
		"entries 0 sys/a db %zz",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct recording recording;

		if (read_line(lines[i], &recording) != -EBADMSG)
			fail_msg("%s", lines[i]);
		assert_int_equal(recording.count, 0);
		assert_string_equal(why.text, "line 6 of its manifest is invalid");
		recording_free(&recording);
	}
}

/* A manifest of a host has fewer answers than there is room for. */
static void test_too_many(void **state)
{
	struct recording recording = { .count = 1 << 21 };
	char text[] = HEAD "target 2 sys/a";

	(void)state;
	assert_int_equal(recording_read_manifest(text, &recording, &origin, &why), -EFBIG);
	assert_string_equal(why.text, "it is larger than a recording can be");
}

static void test_repeated(void **state)
{
	struct recording recording;

	(void)state;
	assert_int_equal(
		read_text(HEAD "# comment\n\ntarget 0 sys/a b\ntarget 2 sys/a\n", &recording),
		-EBADMSG);
	assert_string_equal(why.text,
			    "line 9 of its manifest is invalid: it repeats an earlier line");
	recording_free(&recording);
}

static void test_origin(void **state)
{
	struct recording recording;

	(void)state;
	assert_int_equal(read_text(HEAD, &recording), 0);
	assert_string_equal(origin.version, "0.2.0");
	assert_string_equal(origin.date, "today");
	assert_true(origin.is_root);
	assert_false(origin.wakes);
	assert_int_equal(
		read_text("vpasid-record 1\nversion 1\ndate a b\nroot no\nwake yes\n", &recording),
		0);
	assert_string_equal(origin.date, "a b");
	assert_false(origin.is_root);
	assert_true(origin.wakes);
	/* 31 characters have room, and 32 have not */
	assert_int_equal(read_text("vpasid-record 1\nversion 1234567890123456789012345678901\n"
				   "date 1234567890123456789012345678901\nroot no\nwake no\n",
				   &recording),
			 0);
	assert_string_equal(origin.version, "1234567890123456789012345678901");
	assert_string_equal(origin.date, "1234567890123456789012345678901");
	/* those that are left out stay as they were */
	assert_int_equal(read_text("vpasid-record 1\n", &recording), 0);
	assert_string_equal(origin.version, "");
}

static void test_bad_origin(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "", "this version of vpasid doesn't support the format of its manifest" },
		{ "vpasid-record 2\n",
		  "this version of vpasid doesn't support the format of its manifest" },
		{ "vpasid-record 1\nversion 12345678901234567890123456789012\n",
		  "line 2 of its manifest is invalid" },
		{ "vpasid-record 1\nversion 1\ndate 12345678901234567890123456789012\n",
		  "line 3 of its manifest is invalid" },
		{ "vpasid-record 1\nversion 1\ndate x\nroot maybe\n",
		  "line 4 of its manifest is invalid" },
		{ "vpasid-record 1\nversion 1\ndate x\nroot no\nwake 1\n",
		  "line 5 of its manifest is invalid" },
		{ "vpasid-record 1\nhost x\n", "line 2 of its manifest is invalid" },
		{ "vpasid-record 1\nversion\n", "line 2 of its manifest is invalid" },
		{ HEAD "version 1\n", "line 6 of its manifest is invalid" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct recording recording;

		assert_int_equal(read_text(rows[i].text, &recording), -EBADMSG);
		assert_string_equal(why.text, rows[i].message);
		recording_free(&recording);
	}
}

/* The whole text, also what a reader skips */
static void test_written(void **state)
{
	static const struct recording_origin made = { "1.2", "2026-11-27T00:00:00Z", true, false };
	struct recording recording = { .root = "" };
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	assert_int_equal(recording_add(&recording, RECORDED_CONTENT, "sys/a", 0, strdup("x"), 1),
			 0);
	assert_int_equal(recording_add(&recording, RECORDED_CONTENT, "sys/b", -EACCES, NULL, 0), 0);
	recording_write_manifest(&recording, &made, stream);
	assert_int_equal(fclose(stream), 0);
	assert_true(recording_has_file(recording.items[0]));
	assert_false(recording_has_file(recording.items[1]));
	assert_int_equal(strncmp(text,
				 "vpasid-record 1\nversion 1.2\ndate 2026-11-27T00:00:00Z\n"
				 "root yes\nwake no\n# ",
				 70),
			 0);
	assert_non_null(strstr(text, "of themselves.\ncontent 13 sys/b\n"));
	assert_null(strstr(text, "sys/a"));
	recording_free(&recording);
	assert_int_equal(read_text(text, &recording), 0);
	assert_int_equal(recording.count, 1);
	recording_free(&recording);
	free(text);
}

static void test_sound_paths(void **state)
{
	static const struct {
		const char *path;
		bool is_sound;
	} rows[] = {
		{ "a", true },		{ "sys/a/b.c", true }, { "sys/...", true },
		{ "sys/..a/.b", true }, { "\xc3\xbf", true },  { "", false },
		{ "/sys", false },	{ "sys/", false },     { "sys//a", false },
		{ ".", false },		{ "..", false },       { "sys/./a", false },
		{ "sys/../a", false },	{ "sys/a/..", false }, { "sys/a/.", false },
		{ "sys/a\n", false },	{ "sys/\x7f", false }, { "a\x01/b", false },
		{ "sys/.x", true },	{ "sys/x.", true },
	};
	char path[PATH_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (recording_path_is_sound(rows[i].path) != rows[i].is_sound)
			fail_msg("%s", rows[i].path);
	memset(path, 'x', sizeof(path));
	path[PATH_MAX] = '\0';
	assert_false(recording_path_is_sound(path));
	path[PATH_MAX - 1] = '\0';
	assert_true(recording_path_is_sound(path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escapes),	 cmocka_unit_test(test_bad_escapes),
		cmocka_unit_test(test_capitals), cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_entries),	 cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_too_many), cmocka_unit_test(test_repeated),
		cmocka_unit_test(test_origin),	 cmocka_unit_test(test_bad_origin),
		cmocka_unit_test(test_written),	 cmocka_unit_test(test_sound_paths),
	};

	return cmocka_run_group_tests_name("tool_manifest", tests, NULL, NULL);
}
