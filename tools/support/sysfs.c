// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/sysfs.h"

struct path path_of(const char *format, ...)
{
	struct path path;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(path.text, sizeof(path.text), format, arguments);
	va_end(arguments);

	if (length < 0 || (size_t)length >= sizeof(path.text))
		path.text[0] = '\0';
	return path;
}

bool sysfs_exists_at(int directory, const char *path)
{
	return !faccessat(directory, path, F_OK, 0);
}

bool sysfs_exists(const char *path)
{
	return sysfs_exists_at(AT_FDCWD, path);
}

/* A pipe that nobody writes to isn't waited for. */
static int open_anything(int directory, const char *path, int flags)
{
	int fd = openat(directory, path, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int check_type(int fd)
{
	struct stat status;

	if (fstat(fd, &status))
		return -errno;
	if (S_ISREG(status.st_mode))
		return 0;
	return S_ISDIR(status.st_mode) ? -EISDIR : -ENOTSUP;
}

int sysfs_open_at(int directory, const char *path, int flags)
{
	int fd = open_anything(directory, path, flags);
	int ret = fd < 0 ? fd : check_type(fd);

	if (ret && fd >= 0)
		close(fd);
	return ret ? ret : fd;
}

int sysfs_open(const char *path, int flags)
{
	return sysfs_open_at(AT_FDCWD, path, flags);
}

FILE *sysfs_stream(const char *path)
{
	int fd = sysfs_open(path, O_RDONLY);
	FILE *stream = fd < 0 ? NULL : fdopen(fd, "r");

	if (fd < 0)
		errno = -fd;
	else if (!stream)
		close(fd);
	return stream;
}

const char *sysfs_strerror(int error)
{
	switch (error) {
	case -ELOOP:
		return "it is a link, or links lead round in circles";
	case -EISDIR:
		return "it is a directory";
	case -ENOTSUP:
	case -ENXIO:
		return "it isn't a regular file";
	case -E2BIG:
		return "it is too long";
	default:
		return strerror(-error);
	}
}

/* Copies a name whole or not at all. */
static int copy_name(char *name, size_t size, const char *from)
{
	size_t length = strlen(from);

	if (length >= size)
		return -E2BIG;
	memcpy(name, from, length + 1);
	return 0;
}

/*
 * Reading an attribute gives some bytes, and fewer than there is room for. Only if it doesn't,
 * the type of the file is checked: a host has thousands of attributes, and each call counts.
 */
int sysfs_read_at(int directory, const char *path, char *value, size_t size)
{
	int fd = open_anything(directory, path, O_RDONLY), ret = 0;
	ssize_t length;

	value[0] = '\0';
	if (fd < 0)
		return fd;
	length = read(fd, value, size);
	if (length < 0)
		length = -errno;
	else if ((size_t)length == size)
		length = -E2BIG;
	if (length <= 0)
		ret = check_type(fd);
	close(fd);

	while (length > 0 && (value[length - 1] == '\n' || value[length - 1] == ' '))
		length--;
	value[length > 0 ? length : 0] = '\0';
	return ret ? ret : (int)length;
}

int sysfs_read(const char *path, char *value, size_t size)
{
	return sysfs_read_at(AT_FDCWD, path, value, size);
}

int sysfs_read_number_at(int directory, const char *path, unsigned long *number)
{
	char value[32], *end;
	int ret = sysfs_read_at(directory, path, value, sizeof(value));

	if (ret < 0)
		return ret;

	if (!isdigit((unsigned char)*value))
		return -EINVAL;
	errno = 0;
	*number = strtoul(value, &end, 0);
	if (errno)
		return -errno;
	return *end ? -EINVAL : 0;
}

int sysfs_read_number(const char *path, unsigned long *number)
{
	return sysfs_read_number_at(AT_FDCWD, path, number);
}

int sysfs_write(const char *path, const char *value)
{
	int fd = sysfs_open(path, O_WRONLY);
	size_t length = strlen(value);
	ssize_t written;
	int ret = 0;

	if (fd < 0)
		return fd;
	written = write(fd, value, length);
	if (written < 0)
		ret = -errno;
	else if ((size_t)written != length)
		ret = -EIO;
	close(fd);
	return ret;
}

int sysfs_link_name_at(int directory, const char *path, char *name, size_t size)
{
	char target[PATH_MAX];
	const char *slash;
	ssize_t length;

	name[0] = '\0';
	length = readlinkat(directory, path, target, sizeof(target) - 1);
	if (length < 0)
		return -errno;
	target[length] = '\0';

	slash = strrchr(target, '/');
	return copy_name(name, size, slash ? slash + 1 : target);
}

int sysfs_link_name(const char *path, char *name, size_t size)
{
	return sysfs_link_name_at(AT_FDCWD, path, name, size);
}

int sysfs_entry(const char *path, const char *prefix, char *name, size_t size)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;
	int ret = -ENOENT;

	name[0] = '\0';
	if (!directory)
		return -errno;
	while (ret == -ENOENT && (entry = readdir(directory)))
		if (entry->d_name[0] != '.' && !strncmp(entry->d_name, prefix, strlen(prefix)))
			ret = copy_name(name, size, entry->d_name);
	closedir(directory);
	return ret;
}
