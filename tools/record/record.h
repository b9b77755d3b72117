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

/* What is missing in the recording of a host */
struct record_gaps {
	size_t asleep; /* config spaces of functions that are asleep and weren't woken */
	size_t cut;    /* config spaces of which only root can read more than the first bytes */
	size_t errors; /* files that can't be read: see record_is_gap() */
};

/*
 * Runs all commands that only read this host, for each function, and keeps what they read. In
 * @recording, only the root is set. Returns 0 or a negative errno with @why; the caller frees
 * @recording.
 */
int record_host(struct recording *recording, bool wakes, struct record_gaps *gaps, struct why *why);

/* Whether that is missing: an answer that there is no such file isn't. */
bool record_is_gap(const struct recorded *recorded);

/* The schema of record's JSON, which is documented in vpasid(1) */
#define RECORD_SCHEMA "vpasid-record/1"

#endif /* TOOLS_RECORD_RECORD_H */
