/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TOOLS_BIND_RUN_H
#define TOOLS_BIND_RUN_H

/*
 * Runs a program, by its path or from PATH, and waits for it. It inherits stdout and stderr.
 * Signals that we have blocked can end it. Returns its exit status, or a negative errno.
 */
int run_program(char *const arguments[]);

#endif /* TOOLS_BIND_RUN_H */
