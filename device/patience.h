/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long a client may make the server wait. What a client hands over can block the calls that
 * concern it: a write to its eventfd, the end of its socket. While there is patience, such a call
 * is interrupted every 10 ms, as by a signal, and fails with EINTR; close() closes all the same.
 *
 * What no signal interrupts, another process can see: struct patience may be in shared memory.
 */
#ifndef DEVICE_PATIENCE_H
#define DEVICE_PATIENCE_H

#include <stdatomic.h>
#include <stdbool.h>

struct patience {
	atomic_uint begun, ended; /* how often */
};

/* To be called once in a process, before patience_begin(). */
void patience_init(struct patience *patience);

void patience_begin(struct patience *patience);
void patience_end(struct patience *patience);

/* How another process follows it: zero at first. */
struct patience_watch {
	unsigned int begun, looks;
};

/*
 * Returns how often this has been called since the last call that was begun, or 0 if that has
 * ended.
 */
unsigned int patience_look(struct patience_watch *watch, const struct patience *patience);

#endif /* DEVICE_PATIENCE_H */
