// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>

#include "quirk_lines.h"

#define LONGEST_SOURCE 400

/* One in so many */
static int one_in(int many)
{
	return rand() % many == 0;
}

/* The last byte: seldom far away, where there would be no room for anything else. */
static unsigned int random_last(unsigned int first)
{
	unsigned int last = first + (unsigned int)rand() % (one_in(4) ? 0x1000 : 0x40);

	return last < 0x1000 || one_in(32) ? last : 0xfff;
}

static void put_statement(FILE *text, unsigned int offset)
{
	unsigned int last = random_last(offset);

	switch (rand() % 4) {
	case 0:
		fprintf(text, "offset 0x%x\n", offset);
		break;
	case 1:
		fprintf(text, "extent 0x%x-0x%x\n", offset, one_in(8) ? last : last | 3);
		break;
	default:
		fprintf(text, "hidden 0x%x-0x%x\n", offset, last);
		break;
	}
}

static void put_device(FILE *text)
{
	static const char *const ids[] = { "1234:5678", "1234:*", "1234:5678", "5678:1234" };
	unsigned int first = (unsigned int)rand() % 0x100;

	fprintf(text, "device %s", ids[rand() % 4]);
	if (one_in(8))
		fprintf(text, " subsystem=%s", one_in(2) ? "*:*" : "1234:*");
	if (one_in(8))
		fprintf(text, " revision=%02x-%02x", first, first | (unsigned int)rand() % 0x100);
	if (one_in(8))
		fprintf(text, " function=%s", one_in(2) ? "pf" : "vf");
	fputc('\n', text);
}

static void put_source(FILE *text)
{
	int length = one_in(4) ? LONGEST_SOURCE - 4 + rand() % 8 : 1 + rand() % 16;

	fprintf(text, "source \"%0*d\"\n", length, 0);
}

size_t quirk_lines(char *text, unsigned int offset)
{
	FILE *stream = fmemopen(text, QUIRK_LINES_SIZE, "w");
	long length;

	if (!stream)
		abort();
	if (one_in(4)) {
		put_device(stream);
		put_source(stream);
	}
	put_statement(stream, offset);
	if (one_in(4)) /* of two extents the longer one holds */
		put_statement(stream, offset);
	length = ftell(stream);
	fclose(stream);
	return (size_t)length;
}
