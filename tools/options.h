/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command lines: what all commands do alike.
 */
#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

struct bdf;
struct option;

/*
 * The next option, as getopt_long() has it. An option that is unknown, or lacks
 * its value, gets a line on stderr, and the return value is '?'.
 */
int next_option(int argc, char **argv, const struct option *options);

/* The same, with short options as getopt() has them, behind a colon. */
int next_short_option(int argc, char **argv, const char *shorts, const struct option *options);

/*
 * Complains, with a hint at --help of that command ("" for that of vpasid itself).
 * Returns EXIT_USAGE.
 */
int usage_error(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "0x100" or "256": a number up to @limit. Returns 0 or -EINVAL. */
int parse_number(const char *text, unsigned long limit, unsigned long *number);

/* Returns EXIT_OK, or EXIT_USAGE after a complaint. */
int parse_bdf(const char *command, const char *text, struct bdf *bdf);

#endif /* TOOLS_OPTIONS_H */
