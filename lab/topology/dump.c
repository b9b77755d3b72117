// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump.h"

#define BYTES_PER_LINE 16

const struct dump_span dump_spans[DUMP_SPANS] = {
	{ 0x00, 0x04 },	       /* vendor and device ID */
	{ 0x08, 0x0c },	       /* revision and class */
	{ 0x2c, 0x35 },	       /* subsystem, and the pointer to the capabilities */
	{ 0x40, CONFIG_SIZE }, /* the capabilities */
};

/* "1f0: 00 11 ... ff": bytes at an offset that is a multiple of their number. */
static bool parse_line(const char *line, uint8_t *config, size_t *count)
{
	unsigned int at, byte, i;
	int length;

	if (sscanf(line, "%3x: %n", &at, &length) != 1 || at != *count)
		return false;

	for (i = 0; i < BYTES_PER_LINE; i++) {
		line += length;
		if (sscanf(line, "%2x%n", &byte, &length) != 1)
			return false;
		config[at + i] = byte;
	}
	*count += BYTES_PER_LINE;
	return true;
}

static const char *read_config(FILE *file, uint8_t *config)
{
	size_t count = 0, room = 0;
	char *line = NULL;

	/* What isn't hex is the function's description, before or between. */
	while (count < CONFIG_SIZE && getline(&line, &room, file) > 0)
		parse_line(line, config, &count);
	free(line);

	return count == CONFIG_SIZE ? NULL
				    : "isn't a dump of 4096 bytes: write the output of "
				      "`lspci -xxxx` for one function into it";
}

static void make_writable(struct dump *dump, unsigned int at, uint16_t bits)
{
	dump->writable[at] = bits & 0xff;
	dump->writable[at + 1] = bits >> 8;
}

static void prepare_capability(struct dump *dump, unsigned int at)
{
	switch (dump->config[at]) {
	case 0x01: /* Power Management: the power state */
		make_writable(dump, at + 4, 0x0003);
		break;
	case 0x10: /* PCI Express: Device Control without the reset bit, Device Control 2 */
		make_writable(dump, at + 0x08, 0x7fff);
		make_writable(dump, at + 0x28, 0xffff);
		/* Transactions Pending: none are, though some were when the dump was made. */
		dump->config[at + 0x0a] &= ~0x20;
		break;
	}
}

static void prepare_extended(struct dump *dump, unsigned int at)
{
	switch (dump->config[at] | dump->config[at + 1] << 8) {
	case 0x0f: /* ATS: enable and smallest translation unit */
		make_writable(dump, at + 6, 0x801f);
		break;
	case 0x10: /* SR-IOV: no VFs, neither initial nor total */
		if (at + 0x10 <= CONFIG_SIZE)
			memset(dump->config + at + 0x0c, 0, 4);
		break;
	case 0x1b: /* PASID: enable, and what is supported */
		make_writable(dump, at + 6, (dump->config[at + 4] & 0x06) | 1);
		break;
	}
}

/* The size of the space bounds the walk, as a dump for a test may have a loop. */
static void prepare(struct dump *dump)
{
	const uint8_t *config = dump->config;
	unsigned int at, i;

	at = config[0x34] & 0xfc;
	for (i = 0; i < 48 && at >= 0x40 && at <= 0xd4; i++, at = config[at + 1] & 0xfc)
		prepare_capability(dump, at);

	at = 0x100;
	for (i = 0; i < 960 && at >= 0x100 && at <= CONFIG_SIZE - 8; i++) {
		prepare_extended(dump, at);
		at = (config[at + 2] >> 4 | config[at + 3] << 4) & 0xffc;
	}
}

const char *dump_load(const char *name, struct dump *dump)
{
	const char *why;
	FILE *file;

	*dump = (struct dump){ 0 };

	file = fopen(name, "r");
	if (!file)
		return strerror(errno);
	why = read_config(file, dump->config);
	fclose(file);
	if (why)
		return why;

	if (dump->config[0x0e] & 0x7f)
		return "is the dump of a bridge: only those of type 0 headers can be planted";

	prepare(dump);
	return NULL;
}
