/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shows a list of functions: for people, for scripts, for programs.
 */
#ifndef TOOLS_LIST_LIST_REPORT_H
#define TOOLS_LIST_LIST_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "list/list.h"

/* The schema of the JSON. It is documented in vpasid(1); so are the rules for changes. */
#define LIST_SCHEMA "vpasid-list/1"

/* Returns 0 or -ENOMEM. */
int list_print_table(const struct list *list, FILE *stream, bool colours);

/* A line for each, a tab between columns; no header. */
void list_print_columns(const struct list *list, FILE *stream);

/* The caller owns what it returns, and prints it. */
struct json_object *list_to_json(const struct list *list);

#endif /* TOOLS_LIST_LIST_REPORT_H */
