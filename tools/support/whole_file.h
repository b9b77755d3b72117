/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that are read whole, and into memory that is bounded.
 */
#ifndef TOOLS_SUPPORT_WHOLE_FILE_H
#define TOOLS_SUPPORT_WHOLE_FILE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads @path, or the standard input if that is "-"; it may be a pipe. What gzip has compressed
 * is decompressed. The caller frees @data. Returns 0, -EFBIG if there are more than @max bytes,
 * -EBADMSG if what gzip has compressed is damaged, or another negative errno.
 */
int whole_file_read(const char *path, size_t max, uint8_t **data, size_t *length);

/* The same of @size bytes that are in memory already. */
int whole_file_decompress(const void *bytes, size_t size, size_t max, uint8_t **data,
			  size_t *length);

#endif /* TOOLS_SUPPORT_WHOLE_FILE_H */
