/* SPDX-License-Identifier: MIT */
/*
 * Asks the commands about the functions of a host.
 */
#ifndef AGREEMENT_ASK_H
#define AGREEMENT_ASK_H

#include <stdio.h>

#include "answers.h"
#include "random_host.h"

/**
 * ask_sysfs() - all commands that look at a recorded sysfs
 * @answers: Where the answers go. Its subjects are the functions of @host, in their order.
 * @host: The host. Its tree is the current directory.
 * @random: Chooses the functions that explain is asked about.
 */
void ask_sysfs(struct answers *answers, const struct made_host *host, struct random *random);

/**
 * ask_dump() - all commands that look at a dump
 * @answers: Where the answers go. Its subjects are the functions in the dump.
 * @path: The dump.
 * @random: Likewise.
 */
void ask_dump(struct answers *answers, const char *path, struct random *random);

/* Where JSON is checked against its schema; NULL if it isn't. */
extern FILE *ask_checker;

/* The name of the command that is running, for a signal handler; "" if there is none. */
extern const char *volatile ask_running;

#endif /* AGREEMENT_ASK_H */
