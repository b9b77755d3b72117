/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions that a command line chooses: by their BDFs, or by -s and -d as lspci does.
 */
#ifndef TOOLS_FACTS_SUBJECTS_H
#define TOOLS_FACTS_SUBJECTS_H

#include "facts/host.h"
#include "facts/host_options.h"
#include "support/options.h"

/* What -s and -d say. */
struct choice {
	const char *slot; /* NULL: any */
	const char *id;	  /* NULL: any */
};

/* For the table of a command. */
#define CHOICE_OPTIONS(choice)                                                                 \
	{ NULL, 's', "SLOT",                                                                   \
	  "select functions by address, as lspci -s: [[[DOMAIN]:]BUS]:][DEVICE][.[FUNCTION]]", \
	  .text = &(choice)->slot },                                                           \
	{                                                                                      \
		NULL, 'd', "ID",                                                               \
			"select functions by ID, as lspci -d: "                                \
			"[VENDOR]:[DEVICE][:CLASS[:PROG_IF]]",                                 \
			.text = &(choice)->id                                                  \
	}

struct subjects {
	struct host host;
	struct function **functions; /* records of the host's */
	size_t count;
};

/*
 * Puts the functions of @host that match into @functions, which has room for all, by BDF. Sets
 * @count. Needs host_find_functions(). Returns 0, or -EINVAL with @why if @choice is malformed.
 */
int functions_match(struct host *host, const struct choice *choice, struct function **functions,
		    size_t *count, struct why *why);

/*
 * Opens the host that @options name, and finds there the functions that @bdfs name, in that
 * order, or those that @choice chooses. If there are neither, that of a dump which has but one;
 * of a larger dump, all that have an extended config space, if @takes_all. Returns EXIT_OK, or
 * EXIT_USAGE or EXIT_ERROR after a complaint, with nothing to close.
 */
int subjects_open(const struct host_options *options, const struct choice *choice,
		  char *const *bdfs, bool takes_all, struct subjects *subjects);

/* Complains unless there is one. Returns EXIT_OK or EXIT_USAGE. @what takes one function. */
int subjects_expect_one(const struct subjects *subjects, const char *what);

/* Does nothing to what is all zeros. */
void subjects_close(struct subjects *subjects);

#endif /* TOOLS_FACTS_SUBJECTS_H */
