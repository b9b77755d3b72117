/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long a client may make the server wait. A client's descriptor can block calls that use it: a
 * write to an eventfd, or the close of a socket. Between patience_begin() and patience_end(), a
 * signal interrupts such a call every 10 ms, so that it fails with EINTR; close() nevertheless
 * closes.
 *
 * If no signal interrupts a call, another process can detect that: struct patience may be in shared
 * memory.
 */
#ifndef DEVICE_PATIENCE_H
#define DEVICE_PATIENCE_H

#include <stdatomic.h>
#include <stdbool.h>

struct patience {
	atomic_uint begun, ended; /* how often */
};

/* Call this once in a process, before patience_begin(). */
void patience_init(struct patience *patience);

void patience_begin(struct patience *patience);
void patience_end(struct patience *patience);

/* What another process remembers from its last look; initially zero. */
struct patience_watch {
	unsigned int begun, looks;
};

/*
 * Returns how often this was called since the last patience_begin(), or 0 if patience_end() was
 * called since.
 */
unsigned int patience_look(struct patience_watch *watch, const struct patience *patience);

#endif /* DEVICE_PATIENCE_H */
