/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text in columns, each as wide as its widest cell.
 */
#ifndef TOOLS_SUPPORT_TABLE_H
#define TOOLS_SUPPORT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

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

/* With @colours, the header is bold. Returns 0 or -ENOMEM. */
int table_print(const struct table *table, FILE *stream, bool colours);

void table_free(struct table *table);

#endif /* TOOLS_SUPPORT_TABLE_H */
