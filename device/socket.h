/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The socket that clients connect to. Either the server creates it in the file system, and only its
 * owner and, if there is one, a group can connect; or the process that has started the server has
 * created it.
 */
#ifndef DEVICE_SOCKET_H
#define DEVICE_SOCKET_H

#include <sys/stat.h>

#include "lock.h"
#include "support/why.h"

/* The owner of the socket; -1: that of the process. */
struct owner {
	uid_t user;
	gid_t group; /* whose members can also connect */
};

#define OWNER_OF_PROCESS ((struct owner){ (uid_t)-1, (gid_t)-1 })

struct listener {
	int fd;
	const char *path; /* NULL: this process doesn't remove it */
	struct stat made; /* identifies the socket that was created */
	struct lock lock;
};

/*
 * Creates the socket, with mode 0600, or 0660 if there is a group. If @path is a socket that no
 * server uses, it is replaced; any other file is left alone. Returns 0, or a negative errno with
 * @why: -EADDRINUSE if a server uses the socket, -EEXIST if the file isn't a socket. @path must
 * outlive @listener.
 */
int listener_open(struct listener *listener, const char *path, const struct owner *owner,
		  struct why *why);

/* Uses a socket that was passed to this process. Returns 0, or -EINVAL with @why. */
int listener_adopt(struct listener *listener, int fd, struct why *why);

/* For a worker that shares the socket: the other process keeps the path and the lock. */
void listener_share(struct listener *listener);

/* Closes the socket, and removes its path unless that is now another file. */
void listener_close(struct listener *listener);

#endif /* DEVICE_SOCKET_H */
