// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "support/output.h"
#include "support/wrap.h"

/* In a narrower column, text is harder to read than in lines that the terminal breaks. */
#define LEAST_COLUMN 20

size_t terminal_width(FILE *stream)
{
	struct winsize size = { 0 };

	if (!isatty(fileno(stream)) || ioctl(fileno(stream), TIOCGWINSZ, &size))
		return 0;
	return size.ws_col;
}

/* In characters: of UTF-8, all bytes but those like 10xxxxxx begin one. */
static size_t columns_of(const char *word, size_t length)
{
	size_t columns = 0;

	for (size_t i = 0; i < length; i++)
		columns += (word[i] & 0xc0) != 0x80;
	return columns;
}

void put_wrapped(FILE *stream, size_t indent, size_t width, const char *text)
{
	size_t column = width < indent + LEAST_COLUMN ? 0 : width - indent, used = 0;
	char safe[OUTPUT_LINE];

	escape(safe, sizeof(safe), text);
	for (const char *at = safe; *at;) {
		size_t length = strcspn(at, " "), columns = columns_of(at, length);

		if (column && used && used + 1 + columns > column) {
			fprintf(stream, "\n%*s", (int)indent, "");
			used = 0;
		} else if (used) {
			fputc(' ', stream);
			used++;
		}
		fwrite(at, 1, length, stream);
		used += columns;
		at += length;
		at += *at == ' ';
	}
	fputc('\n', stream);
}
