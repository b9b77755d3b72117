/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attributes and links of sysfs, and small files of procfs.
 *
 * A tree may be a copy of another host's, or change while it is read, so nothing in it is
 * trusted: only regular files are opened, never a pipe that waits for its other end nor a
 * link that leads elsewhere, and only as many bytes are read as the caller expects.
 *
 * Functions of the command that look at sysfs alone take it as @sysfs: HOST_SYSFS, or
 * another directory. Those that also look at procfs, or below /dev and /run, take the root
 * of all these trees as @root: "" for the host's own, or a directory that a test has made.
 */
#ifndef TOOLS_SUPPORT_SYSFS_H
#define TOOLS_SUPPORT_SYSFS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "support/fact.h"

#define HOST_SYSFS "/sys"

struct path {
	char text[PATH_MAX];
};

/* A directory that is kept open, so that its path isn't looked up for each file in it. */
struct sysfs_directory {
	struct path path;
	int fd; /* -1: it can't be opened */
};

/*
 * Makes a path as printf() does. A path that is too long becomes "", which names no file. Meant
 * for use within one expression:
 *
 *	sysfs_read(path_of("%s/driver", device).text, ...)
 */
struct path path_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

void sysfs_directory_open(const char *path, struct sysfs_directory *directory);

/* Does nothing to one that is closed. */
void sysfs_directory_close(struct sysfs_directory *directory);

/*
 * Each of these takes a path. For those whose names end in _at, it is relative to @directory. If a
 * recording is in use (see support/recording.h), all but writing goes by what that has.
 */

bool sysfs_exists(const char *path);
bool sysfs_exists_at(const struct sysfs_directory *directory, const char *path);

/* The same; unknown if that can't be looked at, or if the recording in use doesn't tell. */
enum fact sysfs_has(const char *path);

/* Returns 0 if it is a directory, or leads to one; or a negative errno. */
int sysfs_check_directory(const char *path);

/*
 * Opens a file, by the flags of open(2). Returns the descriptor, or a negative errno:
 * -ELOOP if it is a link, -EISDIR or -ENOTSUP if it isn't a regular file.
 */
int sysfs_open(const char *path, int flags);
int sysfs_open_at(const struct sysfs_directory *directory, const char *path, int flags);

/* The same as a stream for reading; NULL with errno if it fails. */
FILE *sysfs_stream(const char *path);

/* As strerror(), for an error of these functions; the message names the path besides. */
const char *sysfs_strerror(int error);

/*
 * Reads an attribute, without white space at its end. Returns its length or a
 * negative errno; -E2BIG if it doesn't fit.
 */
int sysfs_read(const char *path, char *value, size_t size);
int sysfs_read_at(const struct sysfs_directory *directory, const char *path, char *value,
		  size_t size);

/* Reads a number without a sign, decimal or with 0x. Returns 0 or a negative errno. */
int sysfs_read_number(const char *path, unsigned long *number);
int sysfs_read_number_at(const struct sysfs_directory *directory, const char *path,
			 unsigned long *number);

/* Writes an attribute in one call, as the kernel wants it. */
int sysfs_write(const char *path, const char *value);

/* Reads what a link leads to, as it stands. Returns 0 or a negative errno. */
int sysfs_link(const char *path, char *target, size_t size);

/*
 * Reads the last part of what a link leads to: the name of the driver, for
 * "driver". @name is "" if it fails. Returns 0 or a negative errno.
 */
int sysfs_link_name(const char *path, char *name, size_t size);
int sysfs_link_name_at(const struct sysfs_directory *directory, const char *path, char *name,
		       size_t size);

/*
 * The first entry of a directory whose name begins with @prefix. @name is "" if
 * there is none. Returns 0 or a negative errno.
 */
int sysfs_entry(const char *path, const char *prefix, char *name, size_t size);

/* An entry of a directory. */
struct sysfs_entry {
	const char *name;
	bool is_link, is_directory;
};

/*
 * Calls @take for each entry of a directory, in no order, until it returns other than 0. Returns
 * that, or 0, or a negative errno if the directory can't be read.
 */
int sysfs_list(const char *path, int (*take)(void *context, const struct sysfs_entry *entry),
	       void *context);

#endif /* TOOLS_SUPPORT_SYSFS_H */
