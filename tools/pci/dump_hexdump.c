// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The output of xxd and hexdump -C for a config space:
 *
 *	00000000: 361b f1ff 0600 1000 0100 8008 0000 0000  6...............
 *
 *	00000000  36 1b f1 ff 06 00 10 00  01 00 80 08 00 00 00 00  |6...............|
 *	*
 *	00001000
 */
#include <stdlib.h>
#include <string.h>

#include <vpasid/config.h>

#include "pci/dump_internal.h"

/* The first versions of xxd print seven digits. */
#define MIN_DIGITS 7
#define MAX_DIGITS 8

struct hexdump {
	struct dump_reader *reader;
	const char *first; /* its first line */
	size_t prefix;	   /* the length of what stands before the offset there */
	uint8_t bytes[DUMP_BYTES_PER_LINE];
	bool is_after_bytes; /* whether the line before has bytes */
	bool repeats;	     /* after a '*': these bytes repeat up to the next offset */
};

static size_t offset_digits(const char *text)
{
	size_t digits = dump_digits(text);

	return digits >= MIN_DIGITS && digits <= MAX_DIGITS ? digits : 0;
}

/* Whether bytes follow the offset: after a colon and a blank, or after hexdump's two blanks. */
static bool has_bytes(const char *text)
{
	return (!strncmp(text, ": ", 2) || !strncmp(text, "  ", 2)) && dump_digits(text + 2) >= 2;
}

/* hexdump puts a second blank in the middle. */
static bool take_bytes(const char *text, uint8_t bytes[DUMP_BYTES_PER_LINE])
{
	bool is_xxd = *text == ':';
	size_t group = is_xxd && dump_digits(text + 2) == 4 ? 2 : 1;

	text += 2;
	for (size_t i = 0; i < DUMP_BYTES_PER_LINE; i++) {
		if (i && i % group == 0 && *text++ != ' ')
			return false;
		if (!is_xxd && i == DUMP_BYTES_PER_LINE / 2 && *text++ != ' ')
			return false;
		if (!dump_take_byte(&text, &bytes[i]))
			return false;
	}
	return !*text || *text == ' ';
}

static int check_end(const struct hexdump *hexdump)
{
	size_t size = dump_last(hexdump->reader)->size;

	if (!hexdump->repeats && (size == VPASID_CONFIG_MIN || size == VPASID_CONFIG_CONVENTIONAL ||
				  size == VPASID_CONFIG_SIZE))
		return 0;
	return dump_refuse(hexdump->reader,
			   "the config space is truncated at 0x%zx bytes: its size has to be 0x%x, "
			   "0x%x or 0x%x",
			   size, VPASID_CONFIG_MIN, VPASID_CONFIG_CONVENTIONAL, VPASID_CONFIG_SIZE);
}

/* The address isn't known. */
static int begin(struct hexdump *hexdump, const char *line, size_t prefix)
{
	struct bdf bdf = { 0 };

	if (hexdump->first)
		return dump_refuse(hexdump->reader,
				   "a second config space begins, and neither has an address: "
				   "remove one of them");
	hexdump->first = line;
	hexdump->prefix = prefix;
	bdf_name(&bdf);
	return dump_add_function(hexdump->reader, &bdf);
}

static int add_line(const struct hexdump *hexdump)
{
	if (dump_last(hexdump->reader)->size == VPASID_CONFIG_SIZE)
		return dump_refuse(hexdump->reader,
				   "there are more bytes than the %d of a config space",
				   VPASID_CONFIG_SIZE);
	return dump_add_line(hexdump->reader, hexdump->bytes);
}

/* Adds the lines that a '*' stands for. Then there must be bytes up to @offset. */
static int reach(struct hexdump *hexdump, size_t offset)
{
	int ret = 0;

	while (hexdump->repeats && !ret && dump_last(hexdump->reader)->size < offset)
		ret = add_line(hexdump);
	hexdump->repeats = false;
	if (ret || offset == dump_last(hexdump->reader)->size)
		return ret;
	return dump_refuse(hexdump->reader,
			   "a line with the bytes from 0x%zx follows bytes up to 0x%zx: lines are "
			   "missing, or out of order",
			   offset, dump_last(hexdump->reader)->size);
}

static int take_line(struct hexdump *hexdump, const char *line)
{
	size_t prefix = dump_prefix(line), digits = offset_digits(line + prefix);
	const char *text = line + prefix;
	size_t offset = digits ? strtoul(text, NULL, 16) : 0;
	bool is_bytes = digits && has_bytes(text + digits), is_end;
	int ret = 0;

	if (is_bytes && !offset)
		ret = begin(hexdump, line, prefix);
	if (ret || !hexdump->first || prefix != hexdump->prefix ||
	    strncmp(line, hexdump->first, prefix) != 0)
		return ret;

	is_end = digits && dump_is_blank(text + digits) &&
		 (hexdump->is_after_bytes || hexdump->repeats);
	if (is_bytes || is_end)
		ret = reach(hexdump, offset);
	if (is_bytes && !ret) {
		if (!take_bytes(text + digits, hexdump->bytes))
			return dump_refuse(hexdump->reader,
					   "expected %d bytes in groups of one or two: the line is "
					   "damaged",
					   DUMP_BYTES_PER_LINE);
		ret = add_line(hexdump);
	}
	if (hexdump->is_after_bytes && text[0] == '*' && dump_is_blank(text + 1))
		hexdump->repeats = true;
	hexdump->is_after_bytes = is_bytes;
	return ret;
}

int dump_read_hexdump(struct dump_reader *reader)
{
	struct hexdump hexdump = { .reader = reader };
	const char *line;
	int ret = 0;

	while (!ret && (line = dump_take_line(reader)))
		ret = take_line(&hexdump, line);
	return ret || !hexdump.first ? ret : check_end(&hexdump);
}
