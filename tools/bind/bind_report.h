/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shows what bind and unbind did: for people, and for programs.
 */
#ifndef TOOLS_BIND_BIND_REPORT_H
#define TOOLS_BIND_BIND_REPORT_H

#include <stddef.h>

#include "bind/bind.h"

/* The schema of the JSON. It is documented in vpasid(1); so are the rules for changes. */
#define BIND_SCHEMA "vpasid-bind/1"

/* Prints a line for what went well; the rest has been complained of. */
void bind_print(const struct bind *bind, const struct bind_options *options);
void unbind_print(const struct bind *bind, const struct bind_options *options);

/* @done is the name of BIND_DONE. The caller owns what it returns, and prints it. */
struct json_object *bind_to_json(const struct bind *binds, size_t count, const char *done);

#endif /* TOOLS_BIND_BIND_REPORT_H */
