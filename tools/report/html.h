/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes HTML that is XML, too. Whatever comes from outside goes through html_put(), which
 * escapes it: no text of a host can be markup.
 */
#ifndef TOOLS_REPORT_HTML_H
#define TOOLS_REPORT_HTML_H

#include <stdio.h>

/*
 * Prints @format, which is markup of our own, with values in it: %s is escaped, as a text or as
 * the value of an attribute in double quotes; %u and %zu are numbers. There are no others.
 */
void html_put(FILE *stream, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif /* TOOLS_REPORT_HTML_H */
