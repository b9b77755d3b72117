/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text that fits a terminal: lines that are too long go on in further ones, with an indent.
 */
#ifndef TOOLS_SUPPORT_WRAP_H
#define TOOLS_SUPPORT_WRAP_H

#include <stddef.h>
#include <stdio.h>

/* In a narrower column, text is harder to read than behind a smaller indent. */
#define LEAST_COLUMN 20

/* The indent of what has no room where it belongs. */
#define SMALL_INDENT 4

/*
 * How many columns a line may have: COLUMNS, or those of a terminal; 0 if @stream isn't one, and
 * lines may have any length.
 */
size_t terminal_width(FILE *stream);

/* In characters: of UTF-8, all bytes but those like 10xxxxxx begin one. */
size_t columns_of(const char *text, size_t length);

/* @indent, or a small one if that leaves too little of @width. */
size_t fit_indent(size_t indent, size_t width);

/*
 * Prints the rest of a line that has @column columns already, and ends it. Words that don't fit
 * in @width go to further lines, with @indent; with a @width of 0, all fit. put_lines() takes
 * text that is safe; put_hanging() makes it so by escape_shown().
 */
void put_lines(FILE *stream, size_t column, size_t indent, size_t width, const char *text);
void put_hanging(FILE *stream, size_t column, size_t indent, size_t width, const char *text);

/* The same where the further lines begin below the text. */
void put_wrapped(FILE *stream, size_t indent, size_t width, const char *text);

/* Prints paragraphs, which have an empty line between them. */
void put_paragraphs(FILE *stream, size_t width, const char *text);

#endif /* TOOLS_SUPPORT_WRAP_H */
