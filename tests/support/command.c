// SPDX-License-Identifier: GPL-2.0-or-later
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/command.h"

#define MAX_ARGUMENTS 32

/* A stream whose descriptor is a file for a while. */
struct diverted {
	FILE *stream, *file;
	int descriptor; /* where it leads otherwise */
};

static void divert(struct diverted *diverted, FILE *stream)
{
	fflush(stream);
	diverted->stream = stream;
	diverted->file = tmpfile();
	diverted->descriptor = dup(fileno(stream));
	assert_non_null(diverted->file);
	assert_true(diverted->descriptor >= 0);
	assert_true(dup2(fileno(diverted->file), fileno(stream)) >= 0);
}

static void restore(struct diverted *diverted, char *text, size_t size)
{
	size_t length;

	fflush(diverted->stream);
	assert_true(dup2(diverted->descriptor, fileno(diverted->stream)) >= 0);
	close(diverted->descriptor);
	rewind(diverted->file);
	length = fread(text, 1, size, diverted->file);
	fclose(diverted->file);
	assert_true(length < size);
	text[length] = '\0';
}

void command_run(struct ran *ran, int (*command)(int argc, char **argv), ...)
{
	char *argv[MAX_ARGUMENTS + 2] = { "vpasid" };
	struct diverted out, err;
	va_list arguments;
	int argc = 1;

	va_start(arguments, command);
	while ((argv[argc] = va_arg(arguments, char *)))
		assert_true(++argc <= MAX_ARGUMENTS);
	va_end(arguments);
	optind = 0; /* getopt() begins anew */
	divert(&out, stdout);
	divert(&err, stderr);
	ran->status = command(argc, argv);
	restore(&out, ran->out, sizeof(ran->out));
	restore(&err, ran->err, sizeof(ran->err));
}
