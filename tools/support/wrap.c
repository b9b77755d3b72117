// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "support/escape.h"
#include "support/wrap.h"

size_t terminal_width(FILE *stream)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size = { 0 };
	int number = columns ? atoi(columns) : 0;

	if (number > 0)
		return (size_t)number;
	if (!isatty(fileno(stream)) || ioctl(fileno(stream), TIOCGWINSZ, &size))
		return 0;
	return size.ws_col;
}

size_t columns_of(const char *text, size_t length)
{
	size_t columns = 0;

	for (size_t i = 0; i < length; i++)
		columns += (text[i] & 0xc0) != 0x80;
	return columns;
}

size_t fit_indent(size_t indent, size_t width)
{
	return width && width < indent + LEAST_COLUMN ? SMALL_INDENT : indent;
}

/* Where a line is, and what it may have. */
struct line {
	FILE *stream;
	size_t column, indent, width;
	bool has_words;
};

static void break_line(struct line *line)
{
	fprintf(line->stream, "\n%*s", (int)line->indent, "");
	line->column = line->indent;
	line->has_words = false;
}

static bool has_room(const struct line *line, size_t columns)
{
	return !line->width || line->column + columns <= line->width;
}

/* A word that no line can hold is broken. */
static void put_word(struct line *line, const char *word, size_t length)
{
	if (line->has_words && !has_room(line, 1 + columns_of(word, length))) {
		break_line(line);
	} else if (line->has_words) {
		fputc(' ', line->stream);
		line->column++;
	}
	line->has_words = true;
	for (size_t i = 0; i < length; i++) {
		bool begins = (word[i] & 0xc0) != 0x80;

		if (begins && !has_room(line, 1) && line->column > line->indent)
			break_line(line);
		line->has_words = true;
		fputc(word[i], line->stream);
		line->column += begins;
	}
}

static size_t longest_word(const char *text)
{
	size_t longest = 0;

	while (*text) {
		size_t length = strcspn(text, " "), columns = columns_of(text, length);

		if (columns > longest)
			longest = columns;
		text += length;
		text += strspn(text, " ");
	}
	return longest;
}

void put_lines(FILE *stream, size_t column, size_t indent, size_t width, const char *text)
{
	struct line line = { stream, column, fit_indent(indent, width), width, false };

	/* A smaller indent is better than a broken word. */
	if (width && width < indent + longest_word(text))
		line.indent = SMALL_INDENT < indent ? SMALL_INDENT : indent;
	if (line.indent < indent && column && !has_room(&line, columns_of(text, strlen(text))))
		break_line(&line);
	for (const char *at = text; *at;) {
		size_t length = strcspn(at, " ");

		put_word(&line, at, length);
		at += length;
		at += *at == ' ';
	}
	fputc('\n', stream);
}

void put_hanging(FILE *stream, size_t column, size_t indent, size_t width, const char *text)
{
	char safe[OUTPUT_LINE];

	escape_shown(safe, sizeof(safe), text);
	put_lines(stream, column, indent, width, safe);
}

void put_wrapped(FILE *stream, size_t indent, size_t width, const char *text)
{
	put_hanging(stream, indent, indent, width, text);
}

void put_paragraphs(FILE *stream, size_t width, const char *text)
{
	char paragraph[OUTPUT_LINE];

	for (const char *end; *text; text = end + strspn(end, "\n")) {
		end = strstr(text, "\n\n");
		if (!end)
			end = text + strlen(text);
		snprintf(paragraph, sizeof(paragraph), "%.*s", (int)(end - text), text);
		put_hanging(stream, 0, 0, width, paragraph);
		if (*end)
			fputc('\n', stream);
	}
}
