/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shows the answers of a query: for people, and for programs.
 */
#ifndef TOOLS_QUERY_QUERY_REPORT_H
#define TOOLS_QUERY_QUERY_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "query/query.h"

/* The schema of the JSON. It is documented in vpasid(1); so are the rules for changes. */
#define QUERY_SCHEMA "vpasid-query/1"

/* Returns 0 or -ENOMEM. */
int query_print_table(const struct query *queries, size_t count, FILE *stream, bool colours);

/* The caller owns what it returns, and prints it. */
struct json_object *query_to_json(const struct query *queries, size_t count);

#endif /* TOOLS_QUERY_QUERY_REPORT_H */
