// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/config.h>

#include "pci/dump_internal.h"
#include "support/hex.h"

/* No mail program wraps lines that are shorter. */
#define WRAPPED_LENGTH 64

/* The context of the next line. */
enum place {
	OUTSIDE,     /* of all functions */
	HEADING,     /* directly after a function's address, or its description */
	BYTES,	     /* after bytes of a function */
	INTERRUPTED, /* after other text that follows bytes, which may have been the last ones */
};

struct lspci {
	struct dump_reader *reader;
	enum place place;
	const char *heading; /* the line of the last function's address */
	size_t prefix;	     /* the length of what stands before the address */
	int address;	     /* the length of the address */
	size_t previous;     /* the length of the line before */
	bool has_bytes;	     /* any function has */
};

/* '#' stands for a digit of a hexadecimal number, '9' for one of a decimal number. */
static bool begins_as(const char *text, const char *pattern)
{
	for (; *pattern; pattern++, text++) {
		if (*pattern == '#'   ? hex_digit(*text) < 0
		    : *pattern == '9' ? *text < '0' || *text > '9'
				      : *text != *pattern)
			return false;
	}
	return true;
}

/* The length of the address at the start, or 0. It may lack the domain. */
static size_t address_length(const char *text)
{
	size_t domain = dump_digits(text);

	if (begins_as(text, "##:##.9 "))
		return strlen("00:00.0");
	if (domain >= 4 && domain <= 8 && begins_as(text + domain, ":##:##.9 "))
		return domain + strlen(":00:00.0");
	return 0;
}

static void take_address(const char *text, size_t length, struct bdf *bdf)
{
	const char *bus = text + length - strlen("00:00.0");

	*bdf = (struct bdf){
		.domain = bus == text ? 0 : (uint32_t)strtoul(text, NULL, 16),
		.bus = (uint8_t)strtoul(bus, NULL, 16),
		.device = (uint8_t)strtoul(bus + 3, NULL, 16),
		.function = (uint8_t)strtoul(bus + 6, NULL, 10),
	};
	bdf_name(bdf);
}

/* How many digits the offset in "1f0: " has, or 0 if there is none. */
static size_t offset_digits(const char *text)
{
	size_t digits = dump_digits(text);

	return digits >= 2 && digits <= 8 && text[digits] == ':' && text[digits + 1] == ' ' ? digits
											    : 0;
}

/* A size that lspci -x, -xxx or -xxxx prints. */
static bool may_be_all(size_t size)
{
	return size == 0 || size == 64 || size == 128 || size == VPASID_CONFIG_CONVENTIONAL ||
	       size == VPASID_CONFIG_SIZE;
}

/* Whether the last function may end here. */
static int check_end(const struct lspci *lspci)
{
	const char *address = lspci->heading + lspci->prefix;
	size_t size = dump_last(lspci->reader)->size;

	if (may_be_all(size))
		return 0;
	return dump_refuse(lspci->reader,
			   "the dump of %.*s is truncated, at 0x%zx of 0x%x bytes: recreate it by "
			   "`lspci -xxxx -s %.*s` as root",
			   lspci->address, address, size,
			   size < VPASID_CONFIG_CONVENTIONAL ? VPASID_CONFIG_CONVENTIONAL
							     : VPASID_CONFIG_SIZE,
			   lspci->address, address);
}

static int end_function(struct lspci *lspci)
{
	int ret = lspci->place == OUTSIDE ? 0 : check_end(lspci);

	lspci->place = OUTSIDE;
	return ret;
}

static int begin_function(struct lspci *lspci, const char *line, size_t prefix, size_t address)
{
	int ret = end_function(lspci);
	struct bdf bdf;

	if (ret)
		return ret;
	lspci->heading = line;
	lspci->prefix = prefix;
	lspci->address = (int)address;
	lspci->place = HEADING;
	take_address(line + prefix, address, &bdf);
	return dump_add_function(lspci->reader, &bdf);
}

static bool take_bytes(const char *text, uint8_t bytes[DUMP_BYTES_PER_LINE])
{
	for (unsigned int i = 0; i < DUMP_BYTES_PER_LINE; i++) {
		if (i && *text++ != ' ')
			return false;
		if (!dump_take_byte(&text, &bytes[i]))
			return false;
	}
	return dump_is_blank(text);
}

static int take_offset(struct lspci *lspci, const char *text, size_t digits)
{
	struct dump_reader *reader = lspci->reader;
	const char *address = lspci->heading + lspci->prefix;
	size_t offset = strtoul(text, NULL, 16), size = dump_last(reader)->size;
	uint8_t bytes[DUMP_BYTES_PER_LINE];
	bool is_line = take_bytes(text + digits + 2, bytes);

	/* After other text, it needn't belong to the function. */
	if (lspci->place == INTERRUPTED && (!is_line || offset < size)) {
		lspci->place = OUTSIDE;
		return 0;
	}
	if (offset != size)
		return dump_refuse(
			reader,
			"a line with the bytes from 0x%zx follows bytes up to 0x%zx: lines of %.*s "
			"are missing, or out of order",
			offset, size, lspci->address, address);
	if (!is_line)
		return dump_refuse(reader, "expected %d bytes in hexadecimal: the line is damaged",
				   DUMP_BYTES_PER_LINE);
	if (size == VPASID_CONFIG_SIZE)
		return dump_refuse(reader, "%.*s has more bytes than the %d of a config space",
				   lspci->address, address, VPASID_CONFIG_SIZE);

	lspci->place = BYTES;
	lspci->has_bytes = true;
	return dump_add_line(reader, bytes);
}

/* Whether the first word of this line didn't fit into the line before. */
static bool is_wrapped(const struct lspci *lspci, const char *line)
{
	return lspci->previous + 1 + strcspn(line, " ") > WRAPPED_LENGTH;
}

static int take_line(struct lspci *lspci, const char *line)
{
	size_t prefix = dump_prefix(line), address = address_length(line + prefix), digits;
	const char *text = line + lspci->prefix;

	if (!line[prefix])
		return end_function(lspci);
	if (address)
		return begin_function(lspci, line, prefix, address);
	if (lspci->place == OUTSIDE)
		return 0;

	if (!strncmp(line, lspci->heading, lspci->prefix)) {
		digits = offset_digits(text);
		if (digits)
			return take_offset(lspci, text, digits);
		if (lspci->place == HEADING && (*text == ' ' || *text == '\t'))
			return 0;
	}
	if (lspci->place == HEADING && !is_wrapped(lspci, line))
		lspci->place = OUTSIDE;
	if (lspci->place == BYTES && may_be_all(dump_last(lspci->reader)->size))
		lspci->place = INTERRUPTED;
	return 0;
}

int dump_read_lspci(struct dump_reader *reader)
{
	struct lspci lspci = { .reader = reader };
	const char *line;
	int ret = 0;

	while (!ret && (line = dump_take_line(reader))) {
		ret = take_line(&lspci, line);
		lspci.previous = strlen(line);
	}
	if (!ret)
		ret = end_function(&lspci);
	if (!ret && reader->dump->count && !lspci.has_bytes)
		return because(reader->why, -EINVAL,
			       "%s: there are functions, but no bytes of config space: recreate it "
			       "by `lspci -xxxx` as root",
			       reader->name);
	return ret;
}
