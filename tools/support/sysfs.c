// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/recording.h"
#include "support/sysfs.h"

/* For paths from the root, or from where we stand. */
static const struct sysfs_directory anywhere = { .fd = AT_FDCWD };

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

void sysfs_directory_open(const char *path, struct sysfs_directory *directory)
{
	directory->path = path_of("%s", path);
	directory->fd = recording_in_use() ? -1 : open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

void sysfs_directory_close(struct sysfs_directory *directory)
{
	if (directory->fd >= 0)
		close(directory->fd);
	directory->fd = -1;
}

/* NULL if no recording is in use. */
static const struct recorded *ask(enum recorded_kind kind, const struct sysfs_directory *directory,
				  const char *path)
{
	struct recording *recording = recording_in_use();

	if (!recording)
		return NULL;
	if (directory != &anywhere)
		return recording_ask(recording, kind,
				     path_of("%s/%s", directory->path.text, path).text);
	return recording_ask(recording, kind, path);
}

bool sysfs_exists_at(const struct sysfs_directory *directory, const char *path)
{
	const struct recorded *recorded = ask(RECORDED_PRESENCE, directory, path);

	return recorded ? !recorded->error : !faccessat(directory->fd, path, F_OK, 0);
}

bool sysfs_exists(const char *path)
{
	return sysfs_exists_at(&anywhere, path);
}

enum fact sysfs_has(const char *path)
{
	const struct recorded *recorded = ask(RECORDED_PRESENCE, &anywhere, path);
	int error = recorded ? recorded->error : faccessat(AT_FDCWD, path, F_OK, 0) ? -errno : 0;

	if (error)
		return error == -ENOENT || error == -ENOTDIR ? FACT_NO : FACT_UNKNOWN;
	return FACT_YES;
}

int sysfs_check_directory(const char *path)
{
	const struct recorded *recorded = ask(RECORDED_PRESENCE, &anywhere, path);
	struct stat status;

	if (recorded && recorded->error)
		return recorded->error;
	if (recorded)
		return *recorded->data == RECORDED_IS_DIRECTORY ? 0 : -ENOTDIR;
	if (stat(path, &status))
		return -errno;
	return S_ISDIR(status.st_mode) ? 0 : -ENOTDIR;
}

/* A pipe that nobody writes to isn't waited for. */
static int open_anything(int directory, const char *path, int flags)
{
	int fd = openat(directory, path, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int open_recorded(const struct recorded *recorded)
{
	int fd = recorded->error ? recorded->error : memfd_create("recorded", MFD_CLOEXEC);

	if (recorded->error || fd < 0)
		return recorded->error ? recorded->error : -errno;
	if (pwrite(fd, recorded->data, recorded->length, 0) == (ssize_t)recorded->length)
		return fd;
	close(fd);
	return -EIO;
}

int sysfs_open_at(const struct sysfs_directory *directory, const char *path, int flags)
{
	const struct recorded *recorded =
		flags == O_RDONLY ? ask(RECORDED_CONTENT, directory, path) : NULL;
	int fd, ret;

	if (recorded)
		return open_recorded(recorded);
	fd = open_anything(directory->fd, path, flags);
	ret = fd < 0 ? fd : check_regular(fd);
	if (ret && fd >= 0)
		close(fd);
	return ret ? ret : fd;
}

int sysfs_open(const char *path, int flags)
{
	return sysfs_open_at(&anywhere, path, flags);
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
		return "it is a symbolic link, or there is a loop of symbolic links";
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
static ssize_t read_attribute(int directory, const char *path, char *value, size_t size)
{
	int fd = open_anything(directory, path, O_RDONLY), ret = 0;
	ssize_t length;

	if (fd < 0)
		return fd;
	length = read(fd, value, size);
	if (length < 0)
		length = -errno;
	else if ((size_t)length == size)
		length = -E2BIG;
	if (length <= 0)
		ret = check_regular(fd);
	close(fd);
	return ret ? ret : length;
}

static ssize_t take_recorded(const struct recorded *recorded, char *value, size_t size)
{
	if (recorded->error)
		return recorded->error;
	if (recorded->length >= size)
		return -E2BIG;
	memcpy(value, recorded->data, recorded->length);
	return (ssize_t)recorded->length;
}

int sysfs_read_at(const struct sysfs_directory *directory, const char *path, char *value,
		  size_t size)
{
	const struct recorded *recorded = ask(RECORDED_CONTENT, directory, path);
	ssize_t length = recorded ? take_recorded(recorded, value, size)
				  : read_attribute(directory->fd, path, value, size);

	while (length > 0 && (value[length - 1] == '\n' || value[length - 1] == ' '))
		length--;
	value[length > 0 ? length : 0] = '\0';
	return (int)length;
}

int sysfs_read(const char *path, char *value, size_t size)
{
	return sysfs_read_at(&anywhere, path, value, size);
}

int sysfs_read_number_at(const struct sysfs_directory *directory, const char *path,
			 unsigned long *number)
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
	return sysfs_read_number_at(&anywhere, path, number);
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

static int read_link(const struct sysfs_directory *directory, const char *path, char *target,
		     size_t size)
{
	const struct recorded *recorded = ask(RECORDED_TARGET, directory, path);
	ssize_t length;

	if (recorded && recorded->error)
		return recorded->error;
	if (recorded)
		return copy_name(target, size, recorded->data);
	length = readlinkat(directory->fd, path, target, size);
	if (length < 0)
		return -errno;
	if ((size_t)length == size)
		return -E2BIG;
	target[length] = '\0';
	return 0;
}

int sysfs_link(const char *path, char *target, size_t size)
{
	return read_link(&anywhere, path, target, size);
}

int sysfs_link_name_at(const struct sysfs_directory *directory, const char *path, char *name,
		       size_t size)
{
	char target[PATH_MAX];
	int ret = read_link(directory, path, target, sizeof(target));
	const char *slash;

	name[0] = '\0';
	if (ret)
		return ret;
	slash = strrchr(target, '/');
	return copy_name(name, size, slash ? slash + 1 : target);
}

int sysfs_link_name(const char *path, char *name, size_t size)
{
	return sysfs_link_name_at(&anywhere, path, name, size);
}

static int list_recorded(const struct recorded *recorded,
			 int (*take)(void *context, const struct sysfs_entry *entry), void *context)
{
	const char *at = NULL;
	int ret = recorded->error;

	while (!ret && (at = recorded_next_entry(recorded, at)))
		ret = take(context, &(struct sysfs_entry){
					    .name = at + 1,
					    .is_link = *at == RECORDED_IS_LINK,
					    .is_directory = *at == RECORDED_IS_DIRECTORY,
				    });
	return ret;
}

int sysfs_list(const char *path, int (*take)(void *context, const struct sysfs_entry *entry),
	       void *context)
{
	const struct recorded *recorded = ask(RECORDED_ENTRIES, &anywhere, path);
	const struct dirent *entry;
	DIR *directory;
	int ret = 0;

	if (recorded)
		return list_recorded(recorded, take, context);
	directory = opendir(path);
	if (!directory)
		return -errno;
	while (!ret && (entry = readdir(directory)))
		ret = take(context, &(struct sysfs_entry){
					    .name = entry->d_name,
					    .is_link = entry->d_type == DT_LNK,
					    .is_directory = entry->d_type == DT_DIR,
				    });
	closedir(directory);
	return ret;
}

struct wanted_entry {
	const char *prefix;
	char *name;
	size_t size;
};

/* Returns 1 if that is it, or a negative errno. */
static int take_entry(void *context, const struct sysfs_entry *entry)
{
	const struct wanted_entry *wanted = context;

	if (*entry->name == '.' ||
	    strncmp(entry->name, wanted->prefix, strlen(wanted->prefix)) != 0)
		return 0;
	return copy_name(wanted->name, wanted->size, entry->name) ? -E2BIG : 1;
}

int sysfs_entry(const char *path, const char *prefix, char *name, size_t size)
{
	int ret =
		sysfs_list(path, take_entry,
			   &(struct wanted_entry){ .prefix = prefix, .name = name, .size = size });

	if (ret <= 0)
		name[0] = '\0';
	return ret > 0 ? 0 : ret ? ret : -ENOENT;
}
