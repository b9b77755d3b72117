/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the command prints: nothing from outside (names of drivers, of processes,
 * of devices, arguments) reaches a terminal, or JSON, as it is.
 */
#ifndef TOOLS_SUPPORT_OUTPUT_H
#define TOOLS_SUPPORT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct json_object;

/*
 * Copies @text with \xNN for each byte of control characters, of what isn't UTF-8, and
 * of characters that turn the direction of text or can't be seen. What doesn't fit is
 * left out. Returns the length of the copy.
 */
size_t escape(char *copy, size_t size, const char *text);

/* The program that speaks: "vpasid", or as main() sets it. */
extern const char *output_program;

/* To stderr, a line that begins with the program's name. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* To stdout, a line. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* To @stream, a line. */
void say_to(FILE *stream, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whether @stream may have colours: it is a terminal, and NO_COLOR isn't set. */
bool has_colours(FILE *stream);

/* A JSON string, or null for NULL. */
struct json_object *json_text(const char *text);

/* To stdout; takes the reference to @object. */
void print_json(struct json_object *object);

#endif /* TOOLS_SUPPORT_OUTPUT_H */
