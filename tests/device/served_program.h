/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program that a test runs in its scratch directory, and a client of it. */
#ifndef TESTS_SERVED_PROGRAM_H
#define TESTS_SERVED_PROGRAM_H

#include <stddef.h>

#include "made_program.h"

#define SOCKET "socket"

extern const char dsa[]; /* the profile, as an argument */
extern struct program program;
extern int client; /* -1: there is none */

/* Starts the program with these arguments and --socket SOCKET, and connects the client. */
void serve(const char *const *arguments);
#define SERVE(...) serve((const char *const[]){ __VA_ARGS__, NULL })

/* Disconnects the client, and ends the program, whose status must be 0. */
void end(void);

/* For a test that may have failed before end() */
int end_anyway(void **state);

void write_file(const char *name, const char *text);

#endif /* TESTS_SERVED_PROGRAM_H */
