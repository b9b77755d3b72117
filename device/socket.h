/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The socket that clients connect to: it has a name in the file system, and only its owner
 * may connect, and a group if there is one; or it was made by whoever has started the server.
 */
#ifndef DEVICE_SOCKET_H
#define DEVICE_SOCKET_H

#include <sys/stat.h>

#include "lock.h"
#include "support/why.h"

/* Whose the socket is; -1: as the process has it. */
struct owner {
	uid_t user;
	gid_t group; /* whose members may connect, too */
};

#define OWNER_OF_PROCESS ((struct owner){ (uid_t)-1, (gid_t)-1 })

struct listener {
	int fd;
	const char *path; /* NULL: it isn't ours to remove */
	struct stat made; /* identifies the socket that was made */
	struct lock lock;
};

/*
 * Makes the socket, with mode 0600, or 0660 if there is a group. If there is one at @path already
 * that nobody serves, it is replaced; anything else isn't touched. Returns 0, or a negative errno
 * with @why: -EADDRINUSE if that socket is served, -EEXIST if it isn't a socket. @path must
 * outlive @listener.
 */
int listener_open(struct listener *listener, const char *path, const struct owner *owner,
		  struct why *why);

/* Takes a socket that this process was started with. Returns 0, or -EINVAL with @why. */
int listener_adopt(struct listener *listener, int fd, struct why *why);

/* For a process that shares it, and serves: the name and the lock stay with the other one. */
void listener_share(struct listener *listener);

/* Closes the socket, and removes its name unless that belongs to another one by now. */
void listener_close(struct listener *listener);

#endif /* DEVICE_SOCKET_H */
