/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text in columns. Those that don't fit in a line go to the next one, with an indent.
 */
#ifndef TOOLS_SUPPORT_TABLE_H
#define TOOLS_SUPPORT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct cell {
	const char *text;
	size_t width;	    /* of its column; the last one needs none */
	const char *colour; /* or NULL */
};

/* What becomes of the last cell if it doesn't fit. */
enum last_cell {
	LAST_WRAPS,
	LAST_IS_CUT, /* and ends with an ellipsis */
};

/*
 * Prints a row, and ends the line, of which @indent columns are there already. With a @width of
 * 0, all fits.
 */
void put_row(FILE *stream, size_t indent, size_t width, const struct cell *cells, size_t count,
	     enum last_cell last);

/* Columns each as wide as its widest cell. */
struct table {
	size_t columns;
	size_t count; /* of the cells, row by row */
	char **cells;
	int error; /* of an earlier table_add() */
};

/* @header has @columns cells. */
void table_init(struct table *table, size_t columns, const char *const *header);

/*
 * Adds the next cell, left to right, top to bottom. An error is kept for
 * table_print().
 */
void table_add(struct table *table, const char *text);

/*
 * With @colours, the header is bold. On a terminal, the last column is cut; elsewhere nothing
 * is. Returns 0 or -ENOMEM.
 */
int table_print(const struct table *table, FILE *stream, bool colours);

void table_free(struct table *table);

#endif /* TOOLS_SUPPORT_TABLE_H */
