/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that are read whole, and into memory that is bounded.
 */
#ifndef TOOLS_SUPPORT_WHOLE_FILE_H
#define TOOLS_SUPPORT_WHOLE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads @path, or the standard input if that is "-"; it may be a pipe. The caller frees @data.
 * Returns 0, -EFBIG if there are more than @max bytes, or another negative errno.
 */
int whole_file_read(const char *path, size_t max, uint8_t **data, size_t *length);

/* Whether gzip has packed it. */
bool is_gzip(const void *data, size_t length);

/*
 * Unpacks it. The caller frees @unpacked. Returns 0, -EFBIG if that is more than @max bytes,
 * -EBADMSG if it is damaged, or -ENOMEM.
 */
int gzip_unpack(const void *data, size_t length, size_t max, uint8_t **unpacked,
		size_t *unpacked_length);

#endif /* TOOLS_SUPPORT_WHOLE_FILE_H */
