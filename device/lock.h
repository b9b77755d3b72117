/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Allows only one server for each path: a lock file beside the socket, PATH.lock, as for Wayland's
 * servers.
 */
#ifndef DEVICE_LOCK_H
#define DEVICE_LOCK_H

#include <sys/un.h>

#include "support/why.h"

struct lock {
	int fd; /* -1: it isn't held */
	char path[sizeof(((struct sockaddr_un *)0)->sun_path) + sizeof(".lock")];
};

/*
 * Takes the lock of the socket @path, which must fit in a socket's address, without waiting.
 * Returns 0, or a negative errno with @why: -EADDRINUSE if another process has the lock.
 */
int lock_take(struct lock *lock, const char *path, struct why *why);

/* Releases the lock, and removes the file. */
void lock_release(struct lock *lock);

#endif /* DEVICE_LOCK_H */
