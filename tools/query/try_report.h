/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shows how an attempt went: for people, and for programs.
 */
#ifndef TOOLS_QUERY_TRY_REPORT_H
#define TOOLS_QUERY_TRY_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "query/try.h"

/* The schema of the JSON. It is documented in vpasid(1); so are the rules for changes. */
#define TRY_SCHEMA "vpasid-try/1"

/*
 * Prints the verdict, and a line for each step that was taken. Not for TRY_FAILED, which is
 * complained of instead.
 */
void try_print(const struct attempt *attempt, FILE *stream, bool colours);

/* The caller owns what it returns, and prints it. */
struct json_object *try_to_json(const struct attempt *attempt);

#endif /* TOOLS_QUERY_TRY_REPORT_H */
