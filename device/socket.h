/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The socket that clients connect to: a name in the file system, for its owner alone.
 */
#ifndef DEVICE_SOCKET_H
#define DEVICE_SOCKET_H

#include <sys/stat.h>

#include "support/why.h"

struct listener {
	int fd;
	const char *path;
	struct stat made; /* what was made there */
};

/*
 * Makes it, with mode 0600. A socket that stands there already and that nobody serves is
 * replaced; anything else isn't touched. Returns 0, or a negative errno with @why:
 * -EADDRINUSE for a socket that is served, -EEXIST for what isn't one. @path must outlive
 * @listener.
 */
int listener_open(struct listener *listener, const char *path, struct why *why);

/* Closes it, and removes the name if it still is this socket's. */
void listener_close(struct listener *listener);

#endif /* DEVICE_SOCKET_H */
