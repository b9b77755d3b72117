/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Archives of tar that gzip has compressed: as much of POSIX's ustar as regular files take. One
 * with anything else in it, a link, a directory, a device or a header of another format, is
 * refused.
 */
#ifndef TOOLS_SUPPORT_TAR_H
#define TOOLS_SUPPORT_TAR_H

#include <stddef.h>
#include <zlib.h>

#include "support/why.h"

/* Of a name, with the '\0' behind it. */
#define TAR_NAME_SIZE 257

/*
 * Appends a file. Returns 0; -ENAMETOOLONG or -EFBIG, and nothing is written, if there is no room
 * in the format for such a name or size; or another negative errno.
 */
int tar_write(gzFile file, const char *name, const void *data, size_t size);

/* Writes the end of the archive. Returns 0 or a negative errno. */
int tar_write_end(gzFile file);

/*
 * Reads the header of the next file, whose content has to be read before the one after it. Returns
 * 1; 0 at the end of the archive, behind which nothing is left to read; or a negative errno with
 * @why: -EBADMSG if the archive is damaged, or isn't one.
 */
int tar_next(gzFile file, char name[TAR_NAME_SIZE], size_t *size, struct why *why);

/* Reads the content of that file. Returns 0 or a negative errno with @why. */
int tar_read(gzFile file, void *data, size_t size, struct why *why);

#endif /* TOOLS_SUPPORT_TAR_H */
