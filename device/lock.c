// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lock.h"

/* The previous owner of the lock may have removed the file since it was opened. */
static bool is_there(const struct lock *lock)
{
	struct stat opened, named;

	return !fstat(lock->fd, &opened) && !lstat(lock->path, &named) &&
	       opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

static int try_to_take(struct lock *lock, struct why *why)
{
	struct stat status;
	int ret = 0;

	lock->fd = open(lock->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (lock->fd < 0)
		return because(why, -errno, "%s: %s", lock->path, strerror(errno));
	if (fstat(lock->fd, &status) || !S_ISREG(status.st_mode))
		ret = because(why, -EEXIST,
			      "%s: it exists and isn't a regular file: choose another path",
			      lock->path);
	else if (flock(lock->fd, LOCK_EX | LOCK_NB))
		ret = errno == EWOULDBLOCK
			      ? -EADDRINUSE
			      : because(why, -errno, "%s: %s", lock->path, strerror(errno));
	return ret || is_there(lock) ? ret : -EAGAIN;
}

int lock_take(struct lock *lock, const char *path, struct why *why)
{
	int ret;

	snprintf(lock->path, sizeof(lock->path), "%s.lock", path);
	while ((ret = try_to_take(lock, why))) {
		if (lock->fd >= 0)
			close(lock->fd);
		lock->fd = -1;
		if (ret == -EADDRINUSE)
			because(why, ret, "%s: another server uses it: choose another path", path);
		if (ret != -EAGAIN)
			break;
	}
	return ret;
}

void lock_release(struct lock *lock)
{
	if (lock->fd < 0)
		return;
	unlink(lock->path);
	close(lock->fd);
	lock->fd = -1;
}
