// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>
#include <sys/stat.h>

#include "cpio.h"

#define HEADER 110

/* Headers and contents begin at multiples of 4. */
static void pad(FILE *stream, size_t length)
{
	while (length++ % 4)
		putc(0, stream);
}

static void print_entry(FILE *stream, unsigned int mode, const char *name, const void *data,
			size_t size)
{
	size_t length = strlen(name) + 1;

	/* inode, mode, owner, group, links, time, size, devices, the name's length, checksum */
	fprintf(stream, "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x", 0, mode, 0,
		0, 1, 0, size, 0, 0, 0, 0, length, 0);
	fwrite(name, length, 1, stream);
	pad(stream, HEADER + length);
	fwrite(data, size, 1, stream);
	pad(stream, size);
}

void cpio_print(FILE *stream, const char *name, const void *data, size_t size)
{
	print_entry(stream, S_IFREG | 0444, name, data, size);
	print_entry(stream, 0, "TRAILER!!!", "", 0);
}
