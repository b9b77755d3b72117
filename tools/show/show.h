/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that is known about one function: its record, and the judgements on it. Nothing is
 * opened through VFIO or changed.
 */
#ifndef TOOLS_SHOW_SHOW_H
#define TOOLS_SHOW_SHOW_H

#include <stdbool.h>
#include <stdio.h>

#include <vpasid/quirks.h>

#include "explain/chain.h"
#include "facts/function.h"
#include "place/placement.h"
#include "support/why.h"

struct show {
	const struct function *function;
	struct chain chain;	       /* the verdict on it */
	struct placement_report place; /* for a virtual PASID capability */
};

/*
 * Fills in @show. The caller frees show->place, even if this fails. Returns 0 or a negative
 * errno with @why; -ENODEV: there is no such function.
 */
int show_read(struct function *function, const struct vpasid_quirks *quirks, struct show *show,
	      struct why *why);

/* The function whose PASID and PRI count. If it isn't known: a record without any facts. */
const struct function *show_holder(const struct show *show);

/*
 * PCIe r6.0, 10.5.1: bytes of the Smallest Translation Unit, and how many invalidations the
 * function can queue.
 */
unsigned long long show_ats_unit(const struct capability *ats);
unsigned int show_ats_depth(const struct capability *ats);

/* The schema of the JSON. It is documented in vpasid(1); so are the rules for changes. */
#define SHOW_SCHEMA "vpasid-show/1"

void show_print(const struct show *show, FILE *stream, bool colours);

/*
 * A member of the report's array of devices. With @error, the function's address is all that
 * is known. The caller owns the returned object.
 */
struct json_object *show_to_json(const struct show *show, const char *error);

#endif /* TOOLS_SHOW_SHOW_H */
