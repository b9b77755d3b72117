// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "socket.h"

#define OWNER_ALONE 0177 /* umask */
#define BACKLOG	    8

static int make_address(const char *path, struct sockaddr_un *address, struct why *why)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (!*path || strlen(path) >= sizeof(address->sun_path))
		return because(why, -ENAMETOOLONG,
			       "%s: a socket's name has 1 to %zu bytes: choose another, or go to "
			       "its directory first",
			       path, sizeof(address->sun_path) - 1);
	memcpy(address->sun_path, path, strlen(path));
	return 0;
}

static bool is_served(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool served = fd < 0 || !connect(fd, (const struct sockaddr *)address, sizeof(*address)) ||
		      errno != ECONNREFUSED;

	if (fd >= 0)
		close(fd);
	return served;
}

/* A server that was killed leaves its socket behind. */
static int remove_leftover(const struct sockaddr_un *address, struct why *why)
{
	const char *path = address->sun_path;
	struct stat status;

	if (lstat(path, &status))
		return errno == ENOENT ? 0 : because(why, -errno, "%s: %s", path, strerror(errno));
	if (!S_ISSOCK(status.st_mode))
		return because(why, -EEXIST, "%s: it is there, and is no socket: choose another",
			       path);
	if (is_served(address))
		return because(why, -EADDRINUSE, "%s: somebody serves it: choose another", path);
	return unlink(path) ? because(why, -errno, "%s: %s", path, strerror(errno)) : 0;
}

static int bind_for_owner(int fd, const struct sockaddr_un *address)
{
	mode_t mask = umask(OWNER_ALONE);
	int ret = bind(fd, (const struct sockaddr *)address, sizeof(*address)) ? -errno : 0;

	umask(mask);
	return ret;
}

static int listen_at(struct listener *listener, const struct sockaddr_un *address)
{
	int ret = bind_for_owner(listener->fd, address);

	if (!ret && (lstat(address->sun_path, &listener->made) || listen(listener->fd, BACKLOG)))
		ret = -errno;
	return ret;
}

int listener_open(struct listener *listener, const char *path, struct why *why)
{
	struct sockaddr_un address;
	int ret = make_address(path, &address, why);

	*listener = (struct listener){ .fd = -1, .path = path };
	if (!ret)
		ret = remove_leftover(&address, why);
	if (ret)
		return ret;
	listener->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	ret = listener->fd < 0 ? -errno : listen_at(listener, &address);
	if (ret) {
		because(why, ret, "%s: %s", path, strerror(-ret));
		listener_close(listener);
	}
	return ret;
}

void listener_close(struct listener *listener)
{
	struct stat status;

	if (listener->made.st_ino && !lstat(listener->path, &status) &&
	    status.st_dev == listener->made.st_dev && status.st_ino == listener->made.st_ino)
		unlink(listener->path);
	if (listener->fd >= 0)
		close(listener->fd);
	listener->fd = -1;
}
