/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shows a chain: for people, and for programs.
 */
#ifndef TOOLS_EXPLAIN_REPORT_H
#define TOOLS_EXPLAIN_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "explain/chain.h"

/* The schema of the JSON. It is documented in vpasid(1). */
#define EXPLAIN_SCHEMA "vpasid-explain/1"

/* "usable", "unusable", "unknown" */
const char *explain_usable_name(const struct chain *chain);

/* What the terminal begins a verdict's colour with. */
const char *explain_colour(enum explain_verdict verdict);

/* The first line is the verdict. */
void explain_print(const struct function *function, const struct chain *chain, FILE *stream,
		   bool colours);

/*
 * With @error there is nothing else to be known but the function's address. The caller owns
 * what it returns, and prints it.
 */
struct json_object *explain_to_json(const struct function *function, const struct chain *chain,
				    const char *error);

#endif /* TOOLS_EXPLAIN_REPORT_H */
