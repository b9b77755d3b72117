// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All that commands print about recordings and dumps is what a file of tests/corpus/transcripts/
 * says. Such a file also says which commands: a line "$ vpasid ..." is run, maybe in a terminal of
 * a width, as "$ COLUMNS=60 vpasid ...". Behind it are its output, with "|" before each line, its
 * messages, with "!", and its exit status, with "=". With RENEW=1, this test writes the files anew
 * from their commands: check what has changed.
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include <vpasid/version.h>

#include "cmd.h"
#include "pci/names.h"
#include "support/command.h"
#include "support/escape.h"
#include "support/output.h"
#include "support/transcript.h"

#define MAX_WORDS 20

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "check", cmd_check }, { "explain", cmd_explain }, { "export", cmd_export },
	{ "list", cmd_list },	{ "map", cmd_map },	    { "place", cmd_place },
	{ "show", cmd_show },	{ "vm", cmd_vm },
};

/* What is exported has the time and the version. */
time_t __wrap_time(const time_t *at);
const char *__wrap_vpasid_version(void);

time_t __wrap_time(const time_t *at)
{
	(void)at;
	return 1700000000;
}

const char *__wrap_vpasid_version(void)
{
	return "0.0.0";
}

static void put_lines(FILE *stream, char mark, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		fprintf(stream, "%c%.*s\n", mark, (int)length, text);
		text += length + (text[length] == '\n');
	}
}

static void run_command(int argc, char **argv, FILE *stream)
{
	static struct ran ran;

	output_colours = COLOURS_AUTO;
	output_has_domains = false;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, argv[0]) != 0)
			continue;
		command_run_argv(&ran, commands[i].run, argc, argv);
		put_lines(stream, '|', ran.out);
		put_lines(stream, '!', ran.err);
		fprintf(stream, "= %d\n", ran.status);
		return;
	}
	fail_msg("no command %s", argv[0]);
}

/* @line begins with "$ ", and is changed. */
static void run_line(char *line, FILE *stream)
{
	static const char columns[] = "COLUMNS=";
	char *words[MAX_WORDS] = { NULL };
	size_t count = 0, first = 1;

	while (count < MAX_WORDS && (words[count] = strtok(count ? NULL : line, " ")))
		count++;
	unsetenv("COLUMNS");
	if (words[first] && !strncmp(words[first], columns, strlen(columns)))
		setenv("COLUMNS", words[first++] + strlen(columns), 1);
	if (count == MAX_WORDS || count < first + 2 || strcmp(words[first], "vpasid") != 0)
		fail_msg("not a command of vpasid");
	else
		run_command((int)(count - first - 1), &words[first + 1], stream);
}

/* The transcript as it should be: the caller's. */
static char *run_all(const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	while (*expected) {
		size_t length = strcspn(expected, "\n");
		char *line = strndup(expected, length);

		assert_non_null(line);
		if (!*line || strchr("#$", *line))
			fprintf(stream, "%s\n", line);
		if (*line == '$')
			run_line(line, stream);
		free(line);
		expected += length + (expected[length] == '\n');
	}
	assert_int_equal(fclose(stream), 0);
	return text;
}

static void assert_transcript(void **state)
{
	const char *path = *state;
	char *expected = transcript_read(path), *text = run_all(expected);

	transcript_assert(path, text);
	free(expected);
	free(text);
}

#define TRANSCRIPT(name)                                                                          \
	{                                                                                         \
		name, assert_transcript, NULL, NULL, (void *)(uintptr_t)(TRANSCRIPTS name ".txt") \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TRANSCRIPT("check"),	TRANSCRIPT("explain"), TRANSCRIPT("export"),
		TRANSCRIPT("list"),	TRANSCRIPT("map"),     TRANSCRIPT("place"),
		TRANSCRIPT("path"),	TRANSCRIPT("picture"), TRANSCRIPT("show"),
		TRANSCRIPT("subjects"), TRANSCRIPT("vm"),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	names_file = TRANSCRIPTS "pci.ids";
	return cmocka_run_group_tests_name("transcripts", tests, NULL, NULL);
}
