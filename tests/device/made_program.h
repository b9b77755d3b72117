/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vpasid-device, whole, in a process of its own: main.c, whose main() is device_main() here.
 */
#ifndef TESTS_MADE_PROGRAM_H
#define TESTS_MADE_PROGRAM_H

#include <sys/resource.h>
#include <sys/types.h>

struct program {
	pid_t pid;
	char says[256]; /* the line that it prints when clients may come; empty if it refuses */
	char error[512];
	int status; /* how it has ended, -1 while it runs */
	int errors; /* what it prints on standard error is read here */
};

/* What the next one is started with: without a standard stream, if it isn't -1; a limit of files */
extern int program_without;
extern const struct rlimit *program_files;

int device_main(int argc, char **argv);

/* Starts it, with arguments up to NULL, and waits until clients may come, or it has ended. */
void program_start(struct program *program, const char *const *arguments);

/* Sends a signal, and waits until it has ended. Returns its exit status. */
int program_end(struct program *program, int signal);

#endif /* TESTS_MADE_PROGRAM_H */
