/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command lines: what all commands do alike.
 */
#ifndef TOOLS_SUPPORT_OPTIONS_H
#define TOOLS_SUPPORT_OPTIONS_H

#include <getopt.h> /* optind, too */
#include <stdbool.h>

/* An option of a command, and where its value goes: one of @flag, @text and @take. */
struct command_option {
	const char *name;  /* "json" for --json; NULL if there is only */
	char letter;	   /* 's' for -s; 0 if there is none */
	bool *flag;	   /* it has no value, and this becomes true */
	const char **text; /* this becomes its value */
	/* this checks its value and keeps it; returns EXIT_OK, or EXIT_USAGE after a complaint */
	int (*take)(void *context, const char *value);
	void *context;
};

/* --help was given, and is done: main() makes it EXIT_OK. */
#define OPTIONS_HELP (-1)

/*
 * Takes all options of the command argv[0], wherever they stand, by a table that ends with
 * zeros, and --help besides, which prints @usage. The other arguments are in argv from
 * argv[optind] on. Returns EXIT_OK, OPTIONS_HELP, or EXIT_USAGE after a complaint.
 */
int take_options(int argc, char **argv, const struct command_option *options, const char *usage);

/*
 * Complains, with a hint at --help of that command ("" for that of vpasid itself).
 * Returns EXIT_USAGE.
 */
int usage_error(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "0x100" or "256": a number up to @limit. Returns 0 or -EINVAL. */
int parse_number(const char *text, unsigned long limit, unsigned long *number);

#endif /* TOOLS_SUPPORT_OPTIONS_H */
