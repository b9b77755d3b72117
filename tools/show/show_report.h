/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shows one function: for people, and for programs.
 */
#ifndef TOOLS_SHOW_SHOW_REPORT_H
#define TOOLS_SHOW_SHOW_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "show/show.h"

/* The schema of the JSON. It is documented in vpasid(1); so are the rules for changes. */
#define SHOW_SCHEMA "vpasid-show/1"

void show_print(const struct show *show, FILE *stream, bool colours);

/*
 * The member of the report's devices. With @error there is nothing else to be known but
 * the function's address. The caller owns what it returns.
 */
struct json_object *show_to_json(const struct show *show, const char *error);

#endif /* TOOLS_SHOW_SHOW_REPORT_H */
