// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "support/tar.h"

#define BLOCK_SIZE 512
#define MAX_END	   128 /* blocks; tar(1) pads with 19 at most unless it's told otherwise */

static const char zeros[2 * BLOCK_SIZE];

/* POSIX.1-1988, ustar: numbers are octal digits, texts end in '\0' unless they fill their field. */
struct header {
	char name[100];
	char mode[8];
	char uid[8];
	char gid[8];
	char size[12];
	char mtime[12];
	char checksum[8];
	char type;
	char link[100];
	char magic[6];
	char version[2];
	char user[32];
	char group[32];
	char major[8];
	char minor[8];
	char prefix[155];
	char padding[12];
};

_Static_assert(sizeof(struct header) == BLOCK_SIZE, "a header is a block");

/* Where @name is cut in two, neither empty, each of which has a field; NULL: it fits into one. */
static int find_cut(const char *name, const char **cut)
{
	size_t length = strlen(name);

	*cut = NULL;
	if (length <= sizeof(((struct header *)0)->name))
		return 0;
	for (const char *at = strchr(name, '/'); at; at = strchr(at + 1, '/'))
		if (at > name && at[1] && at - name <= (int)sizeof(((struct header *)0)->prefix))
			*cut = at;
	if (!*cut || strlen(*cut + 1) > sizeof(((struct header *)0)->name))
		return -ENAMETOOLONG;
	return 0;
}

/* The checksum is that of a header whose checksum is blanks. */
static unsigned int sum(const struct header *header)
{
	const unsigned char *bytes = (const unsigned char *)header;
	unsigned int total = sizeof(header->checksum) * ' ';

	for (size_t i = 0; i < sizeof(*header); i++)
		if (i < offsetof(struct header, checksum) || i >= offsetof(struct header, type))
			total += bytes[i];
	return total;
}

static int write_block(gzFile file, const void *data, size_t size)
{
	size_t padding = -size % BLOCK_SIZE;

	errno = 0;
	if ((size && gzwrite(file, data, (unsigned int)size) != (int)size) ||
	    (padding && gzwrite(file, zeros, (unsigned int)padding) != (int)padding))
		return errno ? -errno : -EIO;
	return 0;
}

/* Who extracts it owns it; it has no times, as sysfs has none either. */
int tar_write(gzFile file, const char *name, const void *data, size_t size)
{
	struct header header = {
		.mode = "0000644",
		.uid = "0000000",
		.gid = "0000000",
		.mtime = "00000000000",
		.type = '0',
		.magic = "ustar",
		.version = { '0', '0' },
	};
	const char *cut;
	int ret = find_cut(name, &cut);

	if (!ret && size > INT32_MAX)
		ret = -EFBIG;
	if (ret)
		return ret;
	if (cut) {
		memcpy(header.prefix, name, (size_t)(cut - name));
		name = cut + 1;
	}
	memcpy(header.name, name, strlen(name));
	snprintf(header.size, sizeof(header.size), "%011lo", (unsigned long)size);
	snprintf(header.checksum, sizeof(header.checksum), "%06o", sum(&header));
	header.checksum[7] = ' ';
	ret = write_block(file, &header, sizeof(header));
	return ret ? ret : write_block(file, data, size);
}

int tar_write_end(gzFile file)
{
	return write_block(file, zeros, sizeof(zeros));
}

/* Returns 1, 0 if the file ends before the first byte, or a negative errno with @why. */
static int read_whole(gzFile file, void *data, size_t size, struct why *why)
{
	int got = size ? gzread(file, data, (unsigned int)size) : 0, error;

	if (got == (int)size)
		return 1;
	gzerror(file, &error);
	if (error == Z_ERRNO)
		return because(why, -errno, "%s", strerror(errno));
	if (error == Z_MEM_ERROR)
		return because(why, -ENOMEM, "out of memory");
	if (!got && error == Z_OK)
		return 0;
	return because(why, -EBADMSG, "it is damaged or truncated");
}

static bool take_octal(const char *field, size_t size, unsigned long *number)
{
	size_t i;

	*number = 0;
	for (i = 0; i < size && field[i] >= '0' && field[i] <= '7'; i++)
		*number = *number << 3 | (unsigned long)(field[i] - '0');
	return i && (i == size || !field[i] || field[i] == ' ');
}

/* Behind a '\0', there is nothing that another reader could take for a part of the name. */
static bool take_text(const char *field, size_t size, char *text)
{
	size_t length = strnlen(field, size);

	memcpy(text, field, length);
	text[length] = '\0';
	for (size_t i = length; i < size; i++)
		if (field[i])
			return false;
	return true;
}

static bool take_name(const struct header *header, char name[TAR_NAME_SIZE])
{
	size_t length;

	if (!take_text(header->prefix, sizeof(header->prefix), name))
		return false;
	length = strlen(name);
	if (length)
		name[length++] = '/';
	return take_text(header->name, sizeof(header->name), name + length) && name[length];
}

/* The second block of zeros, and more of them with which tar(1) may have padded the archive. */
static int read_end(gzFile file, struct why *why)
{
	char block[BLOCK_SIZE];
	int blocks = 0, ret;

	while ((ret = read_whole(file, block, sizeof(block), why)) > 0)
		if (++blocks > MAX_END || memcmp(block, zeros, sizeof(block)) != 0)
			return because(why, -EBADMSG, "there is data behind its end");
	if (!ret && !blocks)
		return because(why, -EBADMSG, "it is truncated");
	return ret;
}

static int check_header(const struct header *header, struct why *why)
{
	unsigned long checksum;

	if (memcmp(header->magic, "ustar", sizeof(header->magic)) != 0 ||
	    memcmp(header->version, "00", sizeof(header->version)) != 0 ||
	    !take_octal(header->checksum, sizeof(header->checksum), &checksum) ||
	    checksum != sum(header))
		return because(why, -EBADMSG, "it isn't a tar archive in the ustar format");
	if (header->type != '0')
		return because(why, -EBADMSG, "it contains other entries than regular files");
	return 0;
}

int tar_next(gzFile file, char name[TAR_NAME_SIZE], size_t *size, struct why *why)
{
	struct header header;
	unsigned long length;
	int ret = read_whole(file, &header, sizeof(header), why);

	if (!ret)
		return because(why, -EBADMSG, "it is truncated");
	if (ret < 0)
		return ret;
	if (!memcmp(&header, zeros, sizeof(header)))
		return read_end(file, why);
	ret = check_header(&header, why);
	if (ret)
		return ret;
	if (!take_name(&header, name) || !take_octal(header.size, sizeof(header.size), &length))
		return because(why, -EBADMSG, "it contains an invalid header");
	*size = length;
	return 1;
}

int tar_read(gzFile file, void *data, size_t size, struct why *why)
{
	char padding[BLOCK_SIZE];
	int ret = read_whole(file, data, size, why);

	if (ret > 0)
		ret = read_whole(file, padding, -size % BLOCK_SIZE, why);
	if (!ret)
		return because(why, -EBADMSG, "it is truncated");
	return ret < 0 ? ret : 0;
}
