/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command lines: what all commands do alike. A command has one table of its options, from which
 * they are read, and from which --help is made; options that several commands have are defined
 * once, as macros for those tables.
 */
#ifndef TOOLS_SUPPORT_OPTIONS_H
#define TOOLS_SUPPORT_OPTIONS_H

#include <getopt.h> /* optind, too */
#include <stdbool.h>

#include "support/output.h"

/* An option of a command, and where its value goes: one of @flag, @text and @take. */
struct command_option {
	const char *name;  /* "json" for --json; NULL if there is only */
	char letter;	   /* 's' for -s; 0 if there is none */
	const char *value; /* what --help calls its value; NULL if it has none */
	const char *help;  /* what it does */
	bool *flag;	   /* it has no value, and this becomes true */
	const char **text; /* this becomes its value */
	/* this checks its value and keeps it; returns EXIT_OK, or EXIT_USAGE after a complaint */
	int (*take)(void *context, const char *value);
	void *context;
};

/* What --help prints besides. */
struct usage {
	const char *synopsis; /* what follows the command's name; a line for each form */
	const char *about;    /* paragraphs, with an empty line between them */
	const char *statuses; /* the exit statuses */
};

/* --help or --version was given, and is done: main() makes it EXIT_OK. */
#define OPTIONS_DONE (-1)

/*
 * Takes all options of the command argv[0], wherever they stand, by a table that ends with
 * zeros, and --help and --version besides. The other arguments are in argv from argv[optind] on.
 * Returns EXIT_OK, OPTIONS_DONE, or EXIT_USAGE after a complaint.
 */
int take_options(int argc, char **argv, const struct command_option *options,
		 const struct usage *usage);

/*
 * Complains, with a hint at --help of the command whose options were taken last, or of the
 * program. Returns EXIT_USAGE.
 */
int usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Complains about arguments besides the options, unless there are none; @why says what to do. */
int refuse_arguments(char *const *rest, const char *why);

/* Takes the value of --color, for struct command_option. */
int take_color(void *context, const char *value);

/* The options of a command that prints for people, too; @json is the address of a bool. */
#define REPORT_OPTIONS(json)                                                                     \
	{ "json", 0, NULL, "print JSON instead", .flag = (json) },                               \
		{ NULL, 'D', NULL, "print the domain of every function, even if it is 0000",     \
		  .flag = &output_has_domains },                                                 \
	{                                                                                        \
		"color", 0, "WHEN", "use colours: auto (on a terminal, default), always, never", \
			.take = take_color                                                       \
	}

/* "0x100" or "256": a number up to @limit. Returns 0 or -EINVAL. */
int parse_number(const char *text, unsigned long limit, unsigned long *number);

#endif /* TOOLS_SUPPORT_OPTIONS_H */
