/* SPDX-License-Identifier: MIT */
/*
 * Asks the commands about the functions of a host.
 */
#ifndef AGREEMENT_ASK_H
#define AGREEMENT_ASK_H

#include "answers.h"
#include "random_host.h"

/**
 * ask_sysfs() - all commands that look at a recorded sysfs
 * @answers: Of functions that it has already, in the order of @host's.
 * @host: The host, written to the current directory.
 * @random: Which function is asked about in more ways than the others.
 */
void ask_sysfs(struct answers *answers, const struct made_host *host, struct random *random);

/**
 * ask_dump() - all commands that look at a dump
 * @answers: Of functions that it has already: those in the dump.
 * @path: The dump.
 * @random: Likewise.
 */
void ask_dump(struct answers *answers, const char *path, struct random *random);

#endif /* AGREEMENT_ASK_H */
