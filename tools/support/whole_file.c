// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "support/whole_file.h"

#define FIRST_ROOM ((size_t)1 << 16)
/* inflateInit2()'s: the largest window, and a gzip header */
#define WINDOW_BITS (15 + 16)

/* Grows @data, which is full, up to one byte more than @max: who fills that has too much. */
static int grow(uint8_t **data, size_t *room, size_t max)
{
	size_t wanted = *room ? *room * 2 : FIRST_ROOM;
	uint8_t *grown;

	if (*room > max)
		return -EFBIG;
	if (wanted > max + 1)
		wanted = max + 1;
	grown = realloc(*data, wanted);
	if (!grown)
		return -ENOMEM;
	*data = grown;
	*room = wanted;
	return 0;
}

static int read_all(int fd, size_t max, uint8_t **data, size_t *length)
{
	size_t room = 0;

	for (;;) {
		int ret = *length == room ? grow(data, &room, max) : 0;
		ssize_t got;

		if (ret)
			return ret;
		got = read(fd, *data + *length, room - *length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got ? -errno : 0;
		*length += (size_t)got;
	}
}

int whole_file_read(const char *path, size_t max, uint8_t **data, size_t *length)
{
	int fd =
		strcmp(path, "-") != 0 ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) : STDIN_FILENO;
	int ret;

	*data = NULL;
	*length = 0;
	if (fd < 0)
		return -errno;
	ret = read_all(fd, max, data, length);
	if (fd != STDIN_FILENO)
		close(fd);
	if (ret) {
		free(*data);
		*data = NULL;
	}
	return ret;
}

bool is_gzip(const void *data, size_t length)
{
	return length >= 2 && !memcmp(data, "\x1f\x8b", 2);
}

/* One file may be several that were packed one by one; what follows them isn't looked at. */
static int unpack_all(z_stream *stream, size_t max, uint8_t **unpacked, size_t *length)
{
	size_t room = 0;

	for (;;) {
		int ret = *length == room ? grow(unpacked, &room, max) : 0;

		if (ret)
			return ret;
		stream->next_out = *unpacked + *length;
		stream->avail_out = (uInt)(room - *length);
		ret = inflate(stream, Z_NO_FLUSH);
		*length = room - stream->avail_out;
		if (ret == Z_STREAM_END) {
			if (!is_gzip(stream->next_in, stream->avail_in))
				return 0;
			ret = inflateReset(stream);
		}
		if (ret == Z_MEM_ERROR)
			return -ENOMEM;
		/* Z_BUF_ERROR: there is room, so the input has ended too early */
		if (ret != Z_OK)
			return -EBADMSG;
	}
}

int gzip_unpack(const void *data, size_t length, size_t max, uint8_t **unpacked,
		size_t *unpacked_length)
{
	z_stream stream = { .next_in = (Bytef *)(uintptr_t)data, .avail_in = (uInt)length };
	int ret;

	*unpacked = NULL;
	*unpacked_length = 0;
	if (length > UINT32_MAX)
		return -EFBIG;
	if (inflateInit2(&stream, WINDOW_BITS) != Z_OK)
		return -ENOMEM;
	ret = unpack_all(&stream, max, unpacked, unpacked_length);
	inflateEnd(&stream);
	if (ret) {
		free(*unpacked);
		*unpacked = NULL;
	}
	return ret;
}
