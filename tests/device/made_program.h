/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All of vpasid-device, in its own process: main.c, whose main() is device_main() here.
 */
#ifndef TESTS_MADE_PROGRAM_H
#define TESTS_MADE_PROGRAM_H

#include <sys/resource.h>
#include <sys/types.h>

struct program {
	pid_t pid;
	char says[256]; /* the line that it prints when clients can connect; empty if it fails */
	char error[512];
	int status; /* how it has ended, -1 while it runs */
	int errors; /* the end for reading of its standard error */
};

/* For the next start: a standard stream that is closed, or -1; and RLIMIT_NOFILE, or NULL */
extern int program_without;
extern const struct rlimit *program_files;

int device_main(int argc, char **argv);

/* Starts it, with arguments up to NULL, and waits until clients can connect, or it has ended. */
void program_start(struct program *program, const char *const *arguments);

/* Sends a signal, and waits until it has ended. Returns its exit status. */
int program_end(struct program *program, int signal);

#endif /* TESTS_MADE_PROGRAM_H */
