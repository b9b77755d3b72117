// SPDX-License-Identifier: GPL-2.0-or-later
#include <langinfo.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/output.h"
#include "support/wrap.h"

const char *output_program = "vpasid";
enum output_colours output_colours;

int complain(const char *format, ...)
{
	char raw[OUTPUT_LINE], line[OUTPUT_LINE];
	va_list arguments;
	int length;

	/* If stdout and stderr go to the same place, their lines stay in order. */
	fflush(stdout);
	length = snprintf(line, sizeof(line), "%s: ", output_program);
	va_start(arguments, format);
	vsnprintf(raw, sizeof(raw), format, arguments);
	va_end(arguments);
	escape(line + length, sizeof(line) - (size_t)length, raw);
	put_lines(stderr, 0, SMALL_INDENT, terminal_width(stderr), line);
	return EXIT_ERROR;
}

static void print_line(FILE *stream, const char *format, va_list arguments)
{
	char line[OUTPUT_LINE];

	vsnprintf(line, sizeof(line), format, arguments);
	put_hanging(stream, 0, strspn(line, " ") + SMALL_INDENT, terminal_width(stream), line);
}

void say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_line(stdout, format, arguments);
	va_end(arguments);
}

void say_to(FILE *stream, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_line(stream, format, arguments);
	va_end(arguments);
}

bool has_colours(FILE *stream)
{
	const char *no_color = getenv("NO_COLOR");

	if (output_colours != COLOURS_AUTO)
		return output_colours == COLOURS_ALWAYS;
	return isatty(fileno(stream)) && !(no_color && *no_color);
}

bool output_is_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

void put_coloured(FILE *stream, const char *colour, const char *format, ...)
{
	char raw[OUTPUT_LINE], text[OUTPUT_LINE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(raw, sizeof(raw), format, arguments);
	va_end(arguments);
	escape_shown(text, sizeof(text), raw);
	fprintf(stream, "%s%s%s", colour ? colour : "", text, colour ? NORMAL : "");
}
