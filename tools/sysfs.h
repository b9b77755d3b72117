/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attributes and links of sysfs, and small files of procfs.
 *
 * Functions of the command that look at the host take the root of the tree as
 * @root: "" for the host's own, another directory for the made trees of tests.
 */
#ifndef TOOLS_SYSFS_H
#define TOOLS_SYSFS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct path {
	char text[PATH_MAX];
};

/*
 * A path by printf(). One that is too long is the empty string, which no file
 * has. Meant for use within one expression:
 *
 *	sysfs_read(path_of("%s/driver", device).text, ...)
 */
struct path path_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The path of a PCI function, and of what is in it. */
struct path pci_path(const char *root, const char *bdf, const char *attribute);

bool sysfs_exists(const char *path);

/*
 * Reads an attribute, without white space at its end. Returns its length or a
 * negative errno; -E2BIG if it doesn't fit.
 */
int sysfs_read(const char *path, char *value, size_t size);

/* Reads a number, decimal or with 0x. Returns 0 or a negative errno. */
int sysfs_read_number(const char *path, unsigned long *number);

/* Writes an attribute in one call, as the kernel wants it. */
int sysfs_write(const char *path, const char *value);

/*
 * Reads the last part of what a link leads to: the name of the driver, for
 * "driver". @name is "" if it fails. Returns 0 or a negative errno.
 */
int sysfs_link_name(const char *path, char *name, size_t size);

/*
 * The first entry of a directory whose name begins with @prefix. @name is "" if
 * there is none. Returns 0 or a negative errno.
 */
int sysfs_entry(const char *path, const char *prefix, char *name, size_t size);

#endif /* TOOLS_SYSFS_H */
