/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command of vpasid's, run as the program runs it, and what it prints.
 */
#ifndef TOOL_COMMAND_H
#define TOOL_COMMAND_H

struct ran {
	int status;
	char out[1 << 18];
	char err[1 << 14];
};

/* The arguments end with NULL. What is printed beyond the room for it ends the test. */
void command_run(struct ran *ran, int (*command)(int argc, char **argv), ...)
	__attribute__((sentinel));

#endif /* TOOL_COMMAND_H */
