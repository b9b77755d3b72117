/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * There are two processes. The worker serves clients, and has dropped all privileges that serving
 * doesn't require. The keeper owns what must be cleaned up at the end, and uses nothing that comes
 * from a client. Therefore, SIGTERM ends the program even if a worker hangs forever, and the keeper
 * replaces a worker that makes no progress.
 */
#ifndef DEVICE_KEEPER_H
#define DEVICE_KEEPER_H

#include <sys/types.h>

#include "patience.h"
#include "support/why.h"

struct keeper {
	/* Runs in a worker, which handles its own signals; returns its exit status. */
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
 * Blocks SIGINT and SIGTERM, which end keeper_run() from now on. Returns 0 or a negative errno
 * with @why.
 */
int keeper_init(struct keeper *keeper, struct why *why);

/* Starts the first worker. Returns 0 or a negative errno with @why. */
int keeper_start(struct keeper *keeper, struct why *why);

/* Returns 0 after a signal has ended it, or a negative errno with @why. */
int keeper_run(struct keeper *keeper, struct why *why);

#endif /* DEVICE_KEEPER_H */
