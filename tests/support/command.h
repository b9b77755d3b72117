/* SPDX-License-Identifier: MIT */
/*
 * Runs a command of vpasid's within the test's own process, and keeps what it prints.
 */
#ifndef TESTS_COMMAND_H
#define TESTS_COMMAND_H

struct ran {
	int status;
	char out[1 << 18];
	char err[1 << 14];
};

/**
 * command_run() - run a command
 * @ran: Filled in.
 * @command: One of cmd.h. Its argv[0] is "vpasid"; the other arguments follow, then NULL.
 *
 * If the command prints more than there is room for, this ends the test.
 */
void command_run(struct ran *ran, int (*command)(int argc, char **argv), ...)
	__attribute__((sentinel));

/**
 * command_run_array() - the same, with an array of arguments
 * @ran: Filled in.
 * @command: One of cmd.h.
 * @arguments: Those that follow argv[0], then NULL.
 */
void command_run_array(struct ran *ran, int (*command)(int argc, char **argv),
		       const char *const *arguments);

/**
 * command_run_argv() - the same, with all that the command gets
 * @ran: Filled in.
 * @command: One of cmd.h.
 * @argc: The number of arguments, argv[0] included.
 * @argv: The command's name, its arguments, then NULL.
 */
void command_run_argv(struct ran *ran, int (*command)(int argc, char **argv), int argc,
		      char **argv);

#endif /* TESTS_COMMAND_H */
