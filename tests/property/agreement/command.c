// SPDX-License-Identifier: MIT
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "command.h"

#define MAX_ARGUMENTS 32

const char *volatile command_running = "";

/* A stream's file, that stands in for one of the process's. */
struct capture {
	int number;
	int file;
	int kept;
	char *text;
	size_t room;
};

static struct capture captured[2] = { { .number = STDOUT_FILENO }, { .number = STDERR_FILENO } };

static void must(int holds, const char *what)
{
	if (holds)
		return;
	perror(what);
	abort();
}

static void open_all(void)
{
	for (int i = 0; i < 2; i++) {
		captured[i].file = memfd_create("output", MFD_CLOEXEC);
		captured[i].kept = dup(captured[i].number);
		must(captured[i].file >= 0 && captured[i].kept >= 0, "memfd_create");
	}
}

static void begin(struct capture *capture)
{
	must(!ftruncate(capture->file, 0) && !lseek(capture->file, 0, SEEK_SET),
	     "a file of memory");
	must(dup2(capture->file, capture->number) >= 0, "dup2");
}

static const char *end(struct capture *capture)
{
	off_t size = lseek(capture->file, 0, SEEK_END);

	must(dup2(capture->kept, capture->number) >= 0 && size >= 0, "dup2");
	if ((size_t)size >= capture->room) {
		capture->room = (size_t)size + 4096;
		capture->text = realloc(capture->text, capture->room);
		must(capture->text != NULL, "realloc");
	}
	must(pread(capture->file, capture->text, (size_t)size, 0) == size, "a file of memory");
	capture->text[size] = '\0';
	return capture->text;
}

static char *join(char *const *argv)
{
	static char line[1024];
	size_t length = (size_t)snprintf(line, sizeof(line), "vpasid");

	for (; *argv && length < sizeof(line); argv++)
		length += (size_t)snprintf(line + length, sizeof(line) - length, " %s", *argv);
	return line;
}

void command_run(int (*command)(int argc, char **argv), const char *const *arguments,
		 struct output *output)
{
	char *argv[MAX_ARGUMENTS + 1] = { NULL };
	int argc = 0;

	if (!captured[0].kept)
		open_all();
	for (; arguments[argc] && argc < MAX_ARGUMENTS; argc++)
		argv[argc] = (char *)arguments[argc];
	output->line = join(argv);
	fflush(stdout);
	begin(&captured[0]);
	begin(&captured[1]);
	command_running = output->line;
	optind = 0;
	output->status = command(argc, argv);
	fflush(stdout);
	command_running = "";
	output->out = end(&captured[0]);
	output->err = end(&captured[1]);
}
