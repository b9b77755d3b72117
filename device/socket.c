// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "socket.h"

/* umask */
#define OWNER_ALONE 0177
#define AND_GROUP   0117

#define BACKLOG 8

static int make_address(const char *path, struct sockaddr_un *address, struct why *why)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (!*path || strlen(path) >= sizeof(address->sun_path))
		return because(why, -ENAMETOOLONG,
			       "%s: a socket's path has 1 to %zu bytes: choose another one, or "
			       "change to its directory first",
			       path, sizeof(address->sun_path) - 1);
	memcpy(address->sun_path, path, strlen(path));
	return 0;
}

/* There may be a server without a lock. If its backlog is full, this doesn't wait. */
static bool is_served(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
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
		return because(why, -EEXIST,
			       "%s: it exists and isn't a socket: choose another path", path);
	if (is_served(address))
		return because(why, -EADDRINUSE, "%s: another server uses it: choose another path",
			       path);
	return unlink(path) ? because(why, -errno, "%s: %s", path, strerror(errno)) : 0;
}

/* Nobody can connect before listen(2), and by then, the socket has its owner. */
static int bind_for(int fd, const struct sockaddr_un *address, const struct owner *owner)
{
	mode_t mask = umask(owner->group == (gid_t)-1 ? OWNER_ALONE : AND_GROUP);
	int ret = bind(fd, (const struct sockaddr *)address, sizeof(*address)) ? -errno : 0;

	umask(mask);
	return ret;
}

/*
 * Uses a descriptor: a user who can write to the directory could replace the socket by another
 * user's file, whose owner must not change.
 */
static int give_to(struct listener *listener, const char *path, const struct owner *owner)
{
	struct stat *made = &listener->made;
	int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	int ret = fd < 0 || fstat(fd, made) ? -errno : 0;

	if (!ret && (!S_ISSOCK(made->st_mode) || made->st_nlink != 1)) {
		made->st_ino = 0;
		ret = -EEXIST;
	}
	if (!ret && fchownat(fd, "", owner->user, owner->group, AT_EMPTY_PATH))
		ret = -errno;
	if (fd >= 0)
		close(fd);
	return ret;
}

static int listen_at(struct listener *listener, const struct sockaddr_un *address,
		     const struct owner *owner)
{
	int ret = bind_for(listener->fd, address, owner);

	if (!ret)
		ret = give_to(listener, address->sun_path, owner);
	if (!ret && listen(listener->fd, BACKLOG))
		ret = -errno;
	return ret;
}

int listener_open(struct listener *listener, const char *path, const struct owner *owner,
		  struct why *why)
{
	struct sockaddr_un address;
	int ret = make_address(path, &address, why);

	*listener = (struct listener){ .fd = -1, .path = path, .lock.fd = -1 };
	if (!ret)
		ret = lock_take(&listener->lock, path, why);
	if (ret)
		return ret;
	ret = remove_leftover(&address, why);
	if (!ret) {
		listener->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		ret = listener->fd < 0 ? -errno : listen_at(listener, &address, owner);
		if (ret)
			because(why, ret, "%s: %s", path, strerror(-ret));
	}
	if (ret)
		listener_close(listener);
	return ret;
}

static bool listens(int fd)
{
	int domain = 0, type = 0, accepts = 0;
	socklen_t length = sizeof(int);

	return !getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) && domain == AF_UNIX &&
	       !getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) && type == SOCK_STREAM &&
	       !getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &length) && accepts;
}

int listener_adopt(struct listener *listener, int fd, struct why *why)
{
	*listener = (struct listener){ .fd = fd, .lock.fd = -1 };
	if (!listens(fd))
		return because(why, -EINVAL,
			       "descriptor %d isn't a Unix stream socket that listens", fd);
	/* The worker's standard input and output are replaced. */
	if (fd <= STDERR_FILENO)
		listener->fd = fcntl(fd, F_DUPFD, STDERR_FILENO + 1);
	/* so that accept(2) doesn't wait if the client has already disconnected */
	if (fcntl(listener->fd, F_SETFD, FD_CLOEXEC) ||
	    fcntl(listener->fd, F_SETFL, O_RDWR | O_NONBLOCK))
		return because(why, -errno, "descriptor %d: %s", fd, strerror(errno));
	return 0;
}

void listener_share(struct listener *listener)
{
	listener->path = NULL;
	if (listener->lock.fd >= 0)
		close(listener->lock.fd);
	listener->lock.fd = -1;
}

/* Whether the path is still that of the socket that was created. */
static bool has_name(const struct listener *listener)
{
	struct stat status;

	return listener->path && listener->made.st_ino && !lstat(listener->path, &status) &&
	       status.st_dev == listener->made.st_dev && status.st_ino == listener->made.st_ino;
}

void listener_close(struct listener *listener)
{
	if (has_name(listener))
		unlink(listener->path);
	if (listener->fd >= 0)
		close(listener->fd);
	listener->fd = -1;
	lock_release(&listener->lock);
}
