/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two processes. The worker serves clients, and has given up what that doesn't take; the keeper
 * holds what has to be tidied up in the end, and touches nothing that comes from a client. So a
 * worker can hang for good, and SIGTERM still ends the program; and the keeper ends a worker that
 * makes no headway and starts another one.
 */
#ifndef DEVICE_KEEPER_H
#define DEVICE_KEEPER_H

#include <sys/types.h>

#include "patience.h"
#include "support/why.h"

struct keeper {
	/* What a worker does, after its signals are its own; returns its exit status. */
	int (*work)(void *opaque);
	void *opaque;
	struct patience *patience; /* in memory that both share: see keeper_share() */
	int signals;		   /* a descriptor */
	pid_t worker;
	struct patience_watch watch;
};

/* Memory of zeros that the keeper and its workers share; NULL with errno. */
void *keeper_share(size_t size);

/*
 * Takes SIGINT and SIGTERM, which end keeper_run() from here on. Returns 0 or a negative errno
 * with @why.
 */
int keeper_init(struct keeper *keeper, struct why *why);

/* Starts the first worker. Returns 0 or a negative errno with @why. */
int keeper_start(struct keeper *keeper, struct why *why);

/* Returns 0 after a signal has ended it, or a negative errno with @why. */
int keeper_run(struct keeper *keeper, struct why *why);

#endif /* DEVICE_KEEPER_H */
