// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report/html.h"
#include "support/output.h"

static void put_text(FILE *stream, const char *text)
{
	char escaped[OUTPUT_LINE];

	escape(escaped, sizeof(escaped), text);
	for (const char *at = escaped; *at; at++) {
		size_t plain = strcspn(at, "&<>\"");

		fwrite_unlocked(at, 1, plain, stream);
		at += plain;
		if (!*at)
			break;
		fputs_unlocked(*at == '&'   ? "&amp;"
			       : *at == '<' ? "&lt;"
			       : *at == '>' ? "&gt;"
					    : "&quot;",
			       stream);
	}
}

void html_put(FILE *stream, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	while (*format) {
		size_t plain = strcspn(format, "%");

		fwrite_unlocked(format, 1, plain, stream);
		format += plain;
		if (!strncmp(format, "%s", 2))
			put_text(stream, va_arg(arguments, const char *));
		else if (!strncmp(format, "%u", 2))
			fprintf(stream, "%u", va_arg(arguments, unsigned int));
		else if (!strncmp(format, "%zu", 3))
			fprintf(stream, "%zu", va_arg(arguments, size_t));
		else if (*format)
			abort(); /* the caller is wrong */
		format += strcspn(format, "su");
		format += !!*format;
	}
	va_end(arguments);
}
