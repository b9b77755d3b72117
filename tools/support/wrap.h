/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text that fits a terminal.
 */
#ifndef TOOLS_SUPPORT_WRAP_H
#define TOOLS_SUPPORT_WRAP_H

#include <stddef.h>
#include <stdio.h>

/* How many columns a terminal has; 0 if @stream isn't one, and lines may have any length. */
size_t terminal_width(FILE *stream);

/*
 * Prints the rest of a line that has @indent columns already, escaped, and ends it. Words that
 * don't fit in @width go to further lines, with that indent; with a @width of 0, all fit.
 */
void put_wrapped(FILE *stream, size_t indent, size_t width, const char *text);

#endif /* TOOLS_SUPPORT_WRAP_H */
