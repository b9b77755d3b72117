/* SPDX-License-Identifier: MIT */
/* What a program in the VM has another one do while it keeps a device open. */
#ifndef TESTS_LAB_RUN_H
#define TESTS_LAB_RUN_H

/* Runs a command to its end. Returns its status; 2 if it can't be run, or dies. */
int run(char *const *command);

#endif /* TESTS_LAB_RUN_H */
