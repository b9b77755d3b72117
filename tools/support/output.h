/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the command prints.
 */
#ifndef TOOLS_SUPPORT_OUTPUT_H
#define TOOLS_SUPPORT_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "support/escape.h"

/* Exit statuses of the command. */
enum {
	EXIT_OK = 0,
	EXIT_NO_PASID = 1,
	EXIT_USAGE = 2,
	EXIT_ERROR = 3,
};

/* These set a terminal's colour for the text that follows. */
#define NORMAL	"\033[0m"
#define BOLD	"\033[1m"
#define DIM	"\033[2m"
#define RED	"\033[31m"
#define GREEN	"\033[32m"
#define YELLOW	"\033[33m"
#define BLUE	"\033[34m"
#define MAGENTA "\033[35m"
#define CYAN	"\033[36m"

/* The program that speaks: "vpasid", or as main() sets it. */
extern const char *output_program;

/*
 * Prints a line to stderr, after the program's name. Returns EXIT_ERROR, so that a command can
 * end with it.
 */
int complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints a line of a report to stdout, or more lines on a terminal that is too narrow. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same to @stream. */
void say_to(FILE *stream, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The value of --color */
enum output_colours {
	COLOURS_AUTO,
	COLOURS_ALWAYS,
	COLOURS_NEVER,
};

extern enum output_colours output_colours;

/* Whether @stream may have colours: unless --color says so, a terminal without NO_COLOR. */
bool has_colours(FILE *stream);

/* Whether the locale's characters are UTF-8. */
bool output_is_utf8(void);

/* Prints to @stream without ending the line, in @colour unless that is NULL. */
void put_coloured(FILE *stream, const char *colour, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* TOOLS_SUPPORT_OUTPUT_H */
