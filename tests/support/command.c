// SPDX-License-Identifier: MIT
#include <getopt.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support/command.h"

#define MAX_ARGUMENTS 48

/* A descriptor that leads to a file in memory while a command runs. */
struct diverted {
	int descriptor;
	int file;
	int kept; /* where the descriptor leads otherwise */
};

/* Opened once, as some tests run a million commands. */
static struct diverted out = { STDOUT_FILENO, -1, -1 };
static struct diverted err = { STDERR_FILENO, -1, -1 };

static void must(bool holds, const char *what)
{
	if (holds)
		return;
	perror(what);
	abort();
}

static void divert(struct diverted *diverted)
{
	if (diverted->file < 0) {
		diverted->file = memfd_create("output", MFD_CLOEXEC);
		diverted->kept = dup(diverted->descriptor);
		must(diverted->file >= 0 && diverted->kept >= 0, "memfd_create");
	}
	must(!ftruncate(diverted->file, 0) && !lseek(diverted->file, 0, SEEK_SET), "ftruncate");
	must(dup2(diverted->file, diverted->descriptor) >= 0, "dup2");
}

static void restore(struct diverted *diverted, char *text, size_t size)
{
	ssize_t length = pread(diverted->file, text, size, 0);

	must(dup2(diverted->kept, diverted->descriptor) >= 0, "dup2");
	must(length >= 0 && (size_t)length < size, "a command prints too much");
	text[length] = '\0';
}

void command_run_argv(struct ran *ran, int (*command)(int argc, char **argv), int argc, char **argv)
{
	fflush(stdout);
	divert(&out);
	divert(&err);
	optind = 0; /* getopt() begins anew */
	ran->status = command(argc, argv);
	fflush(stdout);
	restore(&out, ran->out, sizeof(ran->out));
	restore(&err, ran->err, sizeof(ran->err));
}

void command_run(struct ran *ran, int (*command)(int argc, char **argv), ...)
{
	char *argv[MAX_ARGUMENTS + 2] = { "vpasid" };
	va_list arguments;
	int argc = 1;

	va_start(arguments, command);
	while (argc <= MAX_ARGUMENTS && (argv[argc] = va_arg(arguments, char *)))
		argc++;
	va_end(arguments);
	command_run_argv(ran, command, argc, argv);
}

void command_run_array(struct ran *ran, int (*command)(int argc, char **argv),
		       const char *const *arguments)
{
	char *argv[MAX_ARGUMENTS + 2] = { "vpasid" };
	int argc = 1;

	for (; argc <= MAX_ARGUMENTS && arguments[argc - 1]; argc++)
		argv[argc] = (char *)arguments[argc - 1];
	command_run_argv(ran, command, argc, argv);
}
