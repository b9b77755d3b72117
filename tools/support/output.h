/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the command prints. Text from outside (names of drivers, processes and devices,
 * arguments) never reaches a terminal or JSON unescaped.
 */
#ifndef TOOLS_SUPPORT_OUTPUT_H
#define TOOLS_SUPPORT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Exit statuses of the command. */
enum {
	EXIT_OK = 0,
	EXIT_NO_PASID = 1,
	EXIT_USAGE = 2,
	EXIT_ERROR = 3,
};

/* Longer than any path or message that we print. */
#define OUTPUT_LINE 4096

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

/*
 * Copies @text. Of control characters, of characters that can't be seen or turn the direction
 * of text, and of what isn't UTF-8, each byte becomes \xNN. What doesn't fit is left out.
 * Returns the length of the copy.
 */
size_t escape(char *copy, size_t size, const char *text);

/* The program that speaks: "vpasid", or as main() sets it. */
extern const char *output_program;

/*
 * Whether reports for people leave out the domain 0000 of functions, as lspci does: a host's
 * functions are all in it. The option -D says that they don't. What goes to other programs, and
 * messages on stderr, have it.
 */
extern bool output_drops_domain, output_has_domains;

/* As escape(), for reports. */
size_t escape_shown(char *copy, size_t size, const char *text);

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
