/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions that vpasid bind has bound, those that are bound again at each boot, and whether
 * each binding is in effect now.
 */
#ifndef TOOLS_BIND_BINDINGS_H
#define TOOLS_BIND_BINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "bind/kept.h"
#include "support/why.h"

enum binding_state {
	BINDING_IN_EFFECT,
	BINDING_NOT_IN_EFFECT, /* with @why */
	BINDING_INTERRUPTED,   /* likewise: a bind or unbind was killed, or is in progress */
};

/* One function, once for each keeper that has it. */
struct binding {
	struct kept kept; /* its keeper is KEEPER_NONE if it is bound until the next boot alone */
	char driver[DRIVER_NAME_SIZE]; /* that it has now; "" for none */
	enum binding_state state;
	struct why why;
};

struct bindings {
	struct binding *bindings; /* by BDF */
	size_t count;
};

/* The caller frees them. Returns 0 or -ENOMEM. */
int bindings_find(const char *root, struct bindings *bindings);

void bindings_free(struct bindings *bindings);

/* The schema of the JSON. It is documented in vpasid(1); so are the rules for changes. */
#define BINDINGS_SCHEMA "vpasid-bindings/1"

struct json_object *bindings_to_json(const char *root, const struct bindings *bindings);

/* Prints a table, and below it why some are not in effect. Returns 0 or -ENOMEM. */
int bindings_print(const struct bindings *bindings);

#endif /* TOOLS_BIND_BINDINGS_H */
