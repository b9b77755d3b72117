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
 * Copies @text. Each byte becomes \xNN in control characters, in characters that are invisible or
 * change the direction of text, and in what isn't UTF-8. What doesn't fit is left out.
 * Returns the length of the copy.
 */
size_t escape(char *copy, size_t size, const char *text);

/*
 * Whether reports for people leave out the domain 0000 of functions, as lspci does if all of a
 * host's functions are in it; and whether the option -D prevents that. Output for other programs
 * and messages on stderr always have the domain.
 */
extern bool output_drops_domain, output_has_domains;

/* As escape(), for reports. */
size_t escape_shown(char *copy, size_t size, const char *text);

#endif /* TOOLS_SUPPORT_ESCAPE_H */
