// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * support/tar.h and facts/recording_file.h on any archive. The first byte of the input says how
 * the rest becomes a file: as it is, which may be what gzip made; with the right checksums in its
 * headers; or, too, packed by gzip. What the reader takes from an archive, it takes again from one
 * that tar_write() made of it.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "facts/recording_file.h"
#include "fuzz.h"
#include "support/tar.h"

#define BLOCK_SIZE   512
#define CHECKSUM_AT  148
#define CHECKSUM_END 156
#define MAGIC_AT     257
#define MAGIC	     "ustar\00000"

#define MAX_FILE ((size_t)1 << 20)

/* Bits of the first byte */
#define CORRECTED 1
#define PACKED	  2

static int make_file(void)
{
	int fd = memfd_create("archive", MFD_CLOEXEC);

	check(fd >= 0);
	return fd;
}

/* The descriptor stays the caller's. */
static gzFile open_archive(int fd, const char *mode)
{
	gzFile file;
	int copy = dup(fd);

	check(copy >= 0 && !lseek(copy, 0, SEEK_SET));
	file = gzdopen(copy, mode);
	check(file);
	return file;
}

static void correct(uint8_t *header)
{
	unsigned int sum = 0;
	char text[8];

	memset(header + CHECKSUM_AT, ' ', CHECKSUM_END - CHECKSUM_AT);
	for (size_t i = 0; i < BLOCK_SIZE; i++)
		sum += header[i];
	snprintf(text, sizeof(text), "%06o", sum);
	memcpy(header + CHECKSUM_AT, text, sizeof(text) - 1);
}

static void correct_headers(uint8_t *data, size_t size)
{
	for (size_t at = 0; size - at >= BLOCK_SIZE; at += BLOCK_SIZE)
		if (!memcmp(data + at + MAGIC_AT, MAGIC, sizeof(MAGIC) - 1))
			correct(data + at);
}

static int make_archive(const uint8_t *data, size_t size)
{
	uint8_t *content = malloc(size);
	int how = data[0], fd = make_file();
	gzFile file = open_archive(fd, how & PACKED ? "wb1" : "wbT");

	check(content);
	size--;
	memcpy(content, data + 1, size);
	if (how & (CORRECTED | PACKED))
		correct_headers(content, size);
	check(!size || gzwrite(file, content, (unsigned int)size) == (int)size);
	check(gzclose(file) == Z_OK);
	free(content);
	return fd;
}

/* FNV-1a */
static void add(uint64_t *digest, const void *data, size_t size)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i < size; i++)
		*digest = (*digest ^ bytes[i]) * 0x100000001b3;
}

/* The next file, whose content is freed by the caller. Returns as tar_next(). */
static int read_next(gzFile file, char name[TAR_NAME_SIZE], char **data, size_t *size)
{
	struct why why;
	int ret = tar_next(file, name, size, &why);

	*data = NULL;
	if (ret <= 0)
		return ret;
	check(name[0] && strnlen(name, TAR_NAME_SIZE) < TAR_NAME_SIZE);
	if (*size > MAX_FILE)
		return -EFBIG;
	*data = malloc(*size + 1);
	check(*data);
	ret = tar_read(file, *data, *size, &why);
	return ret ? ret : 1;
}

/* Reads all, and writes it to @copy unless that is NULL. Returns as tar_next() did last. */
static int read_all(int fd, gzFile copy, uint64_t *digest)
{
	gzFile file = open_archive(fd, "rb");
	char name[TAR_NAME_SIZE], *data;
	size_t size;
	int ret;

	*digest = 0xcbf29ce484222325;
	while ((ret = read_next(file, name, &data, &size)) > 0) {
		add(digest, name, strlen(name) + 1);
		add(digest, &size, sizeof(size));
		add(digest, data, size);
		check(!copy || !tar_write(copy, name, data, size));
		free(data);
	}
	free(data);
	gzclose(file);
	return ret;
}

/* Returns whether it is an archive, whatever is in it. */
static bool check_reader(int fd)
{
	int copy_fd = make_file(), ret;
	/* as gzip: a plain copy would be read as gzip if its first name began like a gzip file */
	gzFile copy = open_archive(copy_fd, "wb0");
	uint64_t digest, of_copy;

	ret = read_all(fd, copy, &digest);
	check(!tar_write_end(copy) && gzclose(copy) == Z_OK);
	check(!read_all(copy_fd, NULL, &of_copy));
	check(ret || digest == of_copy);
	close(copy_fd);
	return !ret;
}

static void check_recording(int fd, bool is_archive)
{
	struct recording_origin origin;
	struct recording recording;
	char path[32];

	check(!lseek(fd, 0, SEEK_SET));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (recording_load(path, &recording, &origin, NULL)) {
		check(!recording.count);
		return;
	}
	check(is_archive);
	/* each answer has an end, as support/recording.h promises */
	for (size_t i = 0; i < recording.count; i++)
		check(recording.items[i]->error ||
		      !recording.items[i]->data[recording.items[i]->length]);
	recording_free(&recording);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd;

	if (!size)
		return 0;
	fd = make_archive(data, size);
	check_recording(fd, check_reader(fd));
	close(fd);
	return 0;
}
