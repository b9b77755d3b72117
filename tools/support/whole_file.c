// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "support/whole_file.h"

#define FIRST_ROOM ((size_t)1 << 16)

/* Makes room for one byte more than @max: if that is filled, there is too much. */
static int read_all(gzFile file, size_t max, uint8_t **data, size_t *length)
{
	size_t room = 0;
	int got, error;

	do {
		if (*length == room) {
			uint8_t *grown;

			if (room > max)
				return -EFBIG;
			room = room ? room * 2 : FIRST_ROOM;
			if (room > max + 1)
				room = max + 1;
			grown = realloc(*data, room);
			if (!grown)
				return -ENOMEM;
			*data = grown;
		}
		got = gzread(file, *data + *length, (unsigned int)(room - *length));
		*length += got > 0 ? (size_t)got : 0;
	} while (got > 0);

	gzerror(file, &error);
	switch (error) {
	case Z_OK:
		return 0;
	case Z_ERRNO:
		return -errno;
	case Z_MEM_ERROR:
		return -ENOMEM;
	default:
		return -EBADMSG;
	}
}

/* Takes @fd, which may be -1 with errno. */
static int read_fd(int fd, size_t max, uint8_t **data, size_t *length)
{
	gzFile file = fd < 0 ? NULL : gzdopen(fd, "r");
	int ret = -errno;

	*data = NULL;
	*length = 0;
	if (file) {
		ret = read_all(file, max, data, length);
		gzclose(file);
	} else if (fd >= 0) {
		close(fd);
	}
	if (ret) {
		free(*data);
		*data = NULL;
	}
	return ret;
}

int whole_file_read(const char *path, size_t max, uint8_t **data, size_t *length)
{
	return read_fd(strcmp(path, "-") != 0 ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
					      : dup(STDIN_FILENO),
		       max, data, length);
}

int whole_file_decompress(const void *bytes, size_t size, size_t max, uint8_t **data,
			  size_t *length)
{
	int fd = memfd_create("bytes", MFD_CLOEXEC);

	if (fd >= 0 && pwrite(fd, bytes, size, 0) != (ssize_t)size) {
		close(fd);
		return -EIO;
	}
	return read_fd(fd, max, data, length);
}
