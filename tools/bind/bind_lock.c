// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bind/bind_lock.h"
#include "bind/bind_state.h"
#include "support/output.h"
#include "support/sysfs.h"

#define TRIES_A_SECOND 20

static int open_lock(const char *root)
{
	int fd;

	if (mkdir(path_of(BIND_STATE_DIRECTORY, root).text, 0755) && errno != EEXIST)
		return -errno;
	fd = open(path_of(BIND_STATE_DIRECTORY "/lock", root).text,
		  O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	return fd < 0 ? -errno : fd;
}

/* Unlike flock(2), a record lock reports its owner, and modprobe doesn't inherit it. */
static int try_lock(int fd, int command, struct flock *lock)
{
	*lock = (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
	return fcntl(fd, command, lock) ? -errno : 0;
}

/* "process 42 (vpasid bind 0000:00:05.0)" */
static void name_holder(int fd, struct why *holder)
{
	struct flock lock;
	char command[256];
	ssize_t length;

	if (try_lock(fd, F_GETLK, &lock) || lock.l_type == F_UNLCK || lock.l_pid <= 0) {
		because(holder, 0, "another process");
		return;
	}
	because(holder, 0, "process %d", (int)lock.l_pid);
	fd = open(path_of("/proc/%d/cmdline", (int)lock.l_pid).text, O_RDONLY | O_CLOEXEC);
	length = fd < 0 ? -1 : read(fd, command, sizeof(command) - 1);
	if (fd >= 0)
		close(fd);
	if (length <= 0)
		return;
	/* Each argument ends in a zero. */
	for (ssize_t i = 0; i < length - 1; i++)
		if (!command[i])
			command[i] = ' ';
	command[length] = '\0';
	because_also(holder, " (%s)", command);
}

static int wait_for(int fd, unsigned int seconds, struct why *why)
{
	const struct timespec pause = { .tv_nsec = 1000000000 / TRIES_A_SECOND };
	struct flock lock;
	struct why holder;
	int ret;

	for (unsigned int i = 0;; i++) {
		ret = try_lock(fd, F_SETLK, &lock);
		if (ret != -EAGAIN && ret != -EACCES)
			return ret ? because(why, ret, "locking failed: %s", strerror(-ret)) : 0;
		if (i == seconds * TRIES_A_SECOND)
			break;
		if (i == TRIES_A_SECOND) {
			name_holder(fd, &holder);
			complain("waiting for %s, which is also changing drivers", holder.text);
		}
		nanosleep(&pause, NULL);
	}
	name_holder(fd, &holder);
	return because(why, -EBUSY,
		       "%s is also changing drivers, and hasn't finished within %u seconds; try "
		       "again when it has",
		       holder.text, seconds);
}

int bind_lock(const char *root, unsigned int seconds, struct why *why)
{
	int fd = open_lock(root), ret;

	if (fd < 0)
		return because(why, fd, "%s/lock: %s%s", path_of(BIND_STATE_DIRECTORY, root).text,
			       strerror(-fd), fd == -EACCES ? "; run as root" : "");
	ret = wait_for(fd, seconds, why);
	/* On success, it stays open as long as the process lives. */
	if (ret)
		close(fd);
	return ret;
}
