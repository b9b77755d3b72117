// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/output.h"
#include "support/table.h"
#include "support/wrap.h"

#define CELL_SIZE 256

/* Returns how many bytes of @text make @columns columns. */
static size_t length_of(const char *text, size_t columns)
{
	size_t length = 0;

	while (text[length] && columns_of(text, length + 1) <= columns)
		length++;
	return length;
}

/* Prints at most @room columns of @text; 0: all. Returns how many it has printed. */
static size_t put_cut(FILE *stream, const char *text, size_t room)
{
	const char *ellipsis = output_is_utf8() ? "\xe2\x80\xa6" : "...";
	size_t columns = columns_of(text, strlen(text)), mark = output_is_utf8() ? 1 : 3;

	if (!room || columns <= room) {
		fputs(text, stream);
		return columns;
	}
	mark = mark < room ? mark : room;
	fprintf(stream, "%.*s%.*s", (int)length_of(text, room - mark), text,
		(int)length_of(ellipsis, mark), ellipsis);
	return room;
}

void put_row(FILE *stream, size_t indent, size_t width, const struct cell *cells, size_t count,
	     enum last_cell last)
{
	size_t column = indent, gap = 0;
	char text[OUTPUT_LINE];

	for (size_t i = 0; i < count; i++) {
		bool is_last = i + 1 == count;
		size_t needed = cells[i].width;

		if (is_last && (!needed || needed > LEAST_COLUMN))
			needed = LEAST_COLUMN;
		if (width && column + gap + needed > width && column > indent) {
			if (!is_last && !*cells[i].text)
				continue;
			column = SMALL_INDENT;
			fprintf(stream, "\n%*s", SMALL_INDENT, "");
		} else {
			column += gap;
			fprintf(stream, "%*s", (int)gap, "");
		}
		if (is_last && last == LAST_WRAPS) {
			put_wrapped(stream, column, width, cells[i].text);
			return;
		}
		escape_shown(text, sizeof(text), cells[i].text);
		if (cells[i].colour)
			fputs(cells[i].colour, stream);
		needed = put_cut(stream, text, width > column ? width - column : 0);
		if (cells[i].colour)
			fputs(NORMAL, stream);
		column += needed;
		gap = (cells[i].width > needed ? cells[i].width - needed : 0) + 2;
	}
	fputc('\n', stream);
}

void table_init(struct table *table, size_t columns, const char *const *header)
{
	memset(table, 0, sizeof(*table));
	table->columns = columns;
	for (size_t column = 0; column < columns; column++)
		table_add(table, header[column]);
}

void table_add(struct table *table, const char *text)
{
	char cell[CELL_SIZE];
	char **cells;

	if (table->error)
		return;

	escape_shown(cell, sizeof(cell), text);
	cells = reallocarray(table->cells, table->count + 1, sizeof(*cells));
	if (cells) {
		table->cells = cells;
		cells[table->count] = strdup(cell);
	}
	if (cells && cells[table->count])
		table->count++;
	else
		table->error = -ENOMEM;
}

static void measure_columns(const struct table *table, struct cell *columns)
{
	for (size_t i = 0; i < table->count; i++) {
		size_t *widest = &columns[i % table->columns].width;
		size_t width = columns_of(table->cells[i], strlen(table->cells[i]));

		if (width > *widest)
			*widest = width;
	}
}

int table_print(const struct table *table, FILE *stream, bool colours)
{
	enum last_cell last = isatty(fileno(stream)) ? LAST_IS_CUT : LAST_WRAPS;
	size_t width = terminal_width(stream);
	struct cell *cells;

	if (table->error)
		return table->error;
	cells = calloc(table->columns, sizeof(*cells));
	if (!cells)
		return -ENOMEM;
	measure_columns(table, cells);

	for (size_t at = 0; at < table->count; at += table->columns) {
		for (size_t column = 0; column < table->columns; column++) {
			cells[column].text = table->cells[at + column];
			cells[column].colour = colours && !at ? BOLD : NULL;
		}
		put_row(stream, 0, width, cells, table->columns, at ? last : LAST_IS_CUT);
	}
	free(cells);
	return 0;
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		free(table->cells[i]);
	free(table->cells);
}
