/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions that a command line names by their BDFs.
 */
#ifndef TOOLS_FACTS_SUBJECTS_H
#define TOOLS_FACTS_SUBJECTS_H

#include "facts/host.h"
#include "support/options.h"

struct subjects {
	bool json; /* --json: what is told of them is JSON */
	struct host host;
	struct function **functions; /* records of the host's, in the order of the command line */
	size_t count;
};

/* How many options of its own a command has at most. */
#define SUBJECTS_OWN 2

/*
 * Takes the command line of a command whose only options are --json, those of facts/host_options.h
 * and @own, unless that is NULL, up to zeros; opens the host, and finds the functions. At most
 * @limit may be named, and at least one must be. Returns EXIT_OK, or OPTIONS_HELP, EXIT_USAGE or
 * EXIT_ERROR with nothing to close.
 */
int subjects_open(const char *command, int argc, char **argv, const char *usage,
		  const struct command_option *own, size_t limit, struct subjects *subjects);

void subjects_close(struct subjects *subjects);

/* Finds those functions alone. Returns EXIT_OK, or EXIT_USAGE or EXIT_ERROR after a complaint. */
int subjects_find(const char *command, struct host *host, char *const *bdfs, size_t count,
		  struct function **functions);

#endif /* TOOLS_FACTS_SUBJECTS_H */
