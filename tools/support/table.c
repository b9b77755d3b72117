// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "support/output.h"
#include "support/table.h"

#define CELL_SIZE 256

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

	escape(cell, sizeof(cell), text);
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

/* In characters: of UTF-8, all bytes but those like 10xxxxxx begin one. */
static size_t width_of(const char *cell)
{
	size_t width = 0;

	for (; *cell; cell++)
		width += (*cell & 0xc0) != 0x80;
	return width;
}

static void measure_columns(const struct table *table, size_t *widths)
{
	memset(widths, 0, table->columns * sizeof(*widths));
	for (size_t i = 0; i < table->count; i++) {
		size_t *widest = &widths[i % table->columns], width = width_of(table->cells[i]);

		if (width > *widest)
			*widest = width;
	}
}

/* Nothing follows the last cell of a row, not even white space. */
static void print_row(const struct table *table, const size_t *widths, size_t row, FILE *stream)
{
	char *const *cells = table->cells + row * table->columns;

	for (size_t column = 0; column < table->columns; column++) {
		size_t gap = widths[column] - width_of(cells[column]) + 2;
		bool last = column + 1 == table->columns;

		fprintf(stream, "%s%*s", cells[column], last ? 0 : (int)gap, "");
	}
}

int table_print(const struct table *table, FILE *stream, bool colours)
{
	size_t *widths;

	if (table->error)
		return table->error;
	widths = calloc(table->columns, sizeof(*widths));
	if (!widths)
		return -ENOMEM;
	measure_columns(table, widths);

	for (size_t row = 0; row < table->count / table->columns; row++) {
		if (colours && !row)
			fputs(BOLD, stream);
		print_row(table, widths, row, stream);
		fputs(colours && !row ? NORMAL "\n" : "\n", stream);
	}
	free(widths);
	return 0;
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		free(table->cells[i]);
	free(table->cells);
}
