/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The socket that clients connect to: it has a name in the file system, and only its owner
 * may connect.
 */
#ifndef DEVICE_SOCKET_H
#define DEVICE_SOCKET_H

#include <sys/stat.h>

#include "support/why.h"

struct listener {
	int fd;
	const char *path;
	struct stat made; /* identifies the socket that was made */
};

/*
 * Makes the socket, with mode 0600. If there is one at @path already that nobody serves, it
 * is replaced; anything else isn't touched. Returns 0, or a negative errno with @why:
 * -EADDRINUSE if that socket is served, -EEXIST if it isn't a socket. @path must outlive
 * @listener.
 */
int listener_open(struct listener *listener, const char *path, struct why *why);

/* Closes the socket, and removes its name unless that belongs to another one by now. */
void listener_close(struct listener *listener);

#endif /* DEVICE_SOCKET_H */
