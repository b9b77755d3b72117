// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/replace_file.h"
#include "support/sysfs.h"

/* A rename by root would replace even /dev/null. */
static int check_target(const char *path, struct why *why)
{
	struct stat status;
	int error;

	if (lstat(path, &status))
		return errno == ENOENT ? 0 : because(why, -errno, "%s: %s", path, strerror(errno));
	if (S_ISREG(status.st_mode))
		return 0;
	if (S_ISLNK(status.st_mode))
		return because(why, -ELOOP, "%s: it is a symbolic link; name the file itself",
			       path);
	error = S_ISDIR(status.st_mode) ? -EISDIR : -ENOTSUP;
	return because(why, error, "%s: %s; name a file", path, sysfs_strerror(error));
}

static int open_hidden(const char *path, struct path *hidden, struct why *why)
{
	const char *slash = strrchr(path, '/');
	int directory = slash ? (int)(slash - path + 1) : 0; /* the length of its name */
	int fd;

	if (!path[directory])
		return because(why, -EINVAL, "\"%s\" isn't the name of a file", path);
	*hidden = path_of("%.*s.%s.XXXXXX", directory, path, path + directory);
	fd = mkostemp(hidden->text, O_CLOEXEC);
	if (fd < 0)
		return because(why, -errno, "%s: can't create a file in its directory: %s", path,
			       strerror(errno));
	return fd;
}

static int write_all(int fd, const char *content, size_t size)
{
	while (size) {
		ssize_t written = write(fd, content, size);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0) {
			content += written;
			size -= (size_t)written;
		}
	}
	/* A crash mustn't leave the new name with nothing behind it. */
	if (fchmod(fd, 0644) || fsync(fd))
		return -errno;
	return 0;
}

int replace_file(const char *path, const char *content, size_t size, struct why *why)
{
	int ret = check_target(path, why), fd;
	struct path hidden;

	if (ret)
		return ret;
	fd = open_hidden(path, &hidden, why);
	if (fd < 0)
		return fd;
	ret = write_all(fd, content, size);
	if (close(fd) && !ret)
		ret = -errno;
	if (!ret && rename(hidden.text, path))
		ret = -errno;
	if (!ret)
		return 0;
	unlink(hidden.text);
	return because(why, ret, "%s: can't write it: %s", path, strerror(-ret));
}
