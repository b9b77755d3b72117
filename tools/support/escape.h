/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text from outside (names of drivers, processes and devices, arguments): it never reaches a
 * terminal or JSON unescaped.
 */
#ifndef TOOLS_SUPPORT_ESCAPE_H
#define TOOLS_SUPPORT_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/* Longer than any path or message that we print. */
#define OUTPUT_LINE 4096

/*
 * Copies @text. Of control characters, of characters that can't be seen or turn the direction
 * of text, and of what isn't UTF-8, each byte becomes \xNN. What doesn't fit is left out.
 * Returns the length of the copy.
 */
size_t escape(char *copy, size_t size, const char *text);

/*
 * Whether reports for people leave out the domain 0000 of functions, as lspci does: a host's
 * functions are all in it. The option -D says that they don't. What goes to other programs, and
 * messages on stderr, have it.
 */
extern bool output_drops_domain, output_has_domains;

/* As escape(), for reports. */
size_t escape_shown(char *copy, size_t size, const char *text);

#endif /* TOOLS_SUPPORT_ESCAPE_H */
