// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "support/output.h"
#include "support/svg.h"

void svg_begin(FILE *stream, int width, int height, const char *attributes)
{
	fprintf(stream,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"viewBox=\"0 0 %d %d\" xml:space=\"preserve\"%s>\n",
		width, height, width, height, attributes);
}

static void put_xml(FILE *stream, const char *text, size_t length)
{
	for (const char *at = text; at < text + length; at++) {
		if (*at == '&')
			fputs("&amp;", stream);
		else if (*at == '<')
			fputs("&lt;", stream);
		else if (*at == '>')
			fputs("&gt;", stream);
		else
			fputc(*at, stream);
	}
}

static void put(FILE *stream, size_t columns, const char *format, va_list arguments)
{
	char raw[OUTPUT_LINE], text[OUTPUT_LINE];

	vsnprintf(raw, sizeof(raw), format, arguments);
	put_xml(stream, text,
		escape(text, columns < sizeof(text) ? columns + 1 : sizeof(text), raw));
}

void svg_put(FILE *stream, size_t columns, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	put(stream, columns, format, arguments);
	va_end(arguments);
}

static void begin_text(FILE *stream, double x, double y, const char *class)
{
	fprintf(stream, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">", x, y, class);
}

void svg_text(FILE *stream, double x, double y, const char *class, size_t columns,
	      const char *format, ...)
{
	va_list arguments;

	begin_text(stream, x, y, class);
	va_start(arguments, format);
	put(stream, columns, format, arguments);
	va_end(arguments);
	fputs("</text>\n", stream);
}

/* How much of a text fits into a line: up to a space or, without one, up to any character. */
static size_t line_length(const char *text, size_t columns)
{
	size_t length = strlen(text);

	if (length <= columns)
		return length;
	for (length = columns; length && text[length] != ' '; length--)
		;
	if (length)
		return length;
	for (length = columns; length > 1 && (text[length] & 0xc0) == 0x80; length--)
		;
	return length;
}

void svg_wrap(FILE *stream, struct svg_block *block, const char *format, ...)
{
	char raw[OUTPUT_LINE], text[OUTPUT_LINE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(raw, sizeof(raw), format, arguments);
	va_end(arguments);
	escape(text, sizeof(text), raw);
	for (const char *at = text; *at; block->y += block->step) {
		size_t length = line_length(at, block->columns);

		if (stream) {
			begin_text(stream, block->x, block->y, block->class);
			put_xml(stream, at, length);
			fputs("</text>\n", stream);
		}
		at += length;
		at += *at == ' ';
	}
}

FILE *svg_open(const char *path)
{
	FILE *stream = strcmp(path, "-") ? fopen(path, "we") : stdout;

	if (!stream)
		complain("%s: %s", path, strerror(errno));
	return stream;
}

int svg_close(FILE *stream, const char *path)
{
	bool failed = ferror(stream);

	if (stream == stdout ? fflush(stream) : fclose(stream))
		failed = true;
	if (failed)
		return complain("can't write %s", stream == stdout ? "stdout" : path);
	return EXIT_OK;
}
