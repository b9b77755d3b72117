/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes a recording of a host.
 */
#ifndef TOOLS_RECORD_RECORD_H
#define TOOLS_RECORD_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "support/recording.h"
#include "support/why.h"

/* What of a host isn't in a recording of it. */
struct record_gaps {
	size_t asleep; /* functions that sleep, and were let sleep: their config spaces */
	size_t cut;    /* config spaces of which others than root see the beginning alone */
	size_t errors; /* files that can't be read: see record_is_gap() */
};

/*
 * Has all commands that read this host and change nothing read it, for each function, and keeps
 * what they ask for. @recording is empty but for its root. Returns 0 or a negative errno with
 * @why; the caller frees @recording.
 */
int record_host(struct recording *recording, bool wakes, struct record_gaps *gaps, struct why *why);

/* Whether that is missing: an answer that there is no such file isn't. */
bool record_is_gap(const struct recorded *recorded);

/* The schema of what is told of a recording. It is documented in vpasid(1). */
#define RECORD_SCHEMA "vpasid-record/1"

#endif /* TOOLS_RECORD_RECORD_H */
