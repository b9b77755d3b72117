/* SPDX-License-Identifier: MIT */
/*
 * The commands, called as the shell would, but within this process: a host has some
 * twenty calls, and a process for each would take longer than all else.
 */
#ifndef AGREEMENT_COMMAND_H
#define AGREEMENT_COMMAND_H

#include <stddef.h>

/**
 * struct output - what a command has printed, and its exit status
 * @line: The command line, for a report.
 * @out: Standard output, a string.
 * @err: Standard error, likewise.
 * @status: Its exit status.
 *
 * The strings stand until the next call.
 */
struct output {
	const char *line;
	const char *out;
	const char *err;
	int status;
};

/**
 * command_run() - call a command
 * @command: One of cmd.h.
 * @arguments: Of the command line, its name first; NULL ends them.
 * @output: Filled in.
 */
void command_run(int (*command)(int argc, char **argv), const char *const *arguments,
		 struct output *output);

/* What is being run, for a handler of signals; "" between commands. */
extern const char *volatile command_running;

#endif /* AGREEMENT_COMMAND_H */
