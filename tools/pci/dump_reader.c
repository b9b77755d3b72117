// SPDX-License-Identifier: GPL-2.0-or-later
/* Shared by the readers of all kinds of dumps: lines, and memory for the bytes. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "pci/dump_internal.h"
#include "support/hex.h"

/* The most functions that a domain can have. */
#define MAX_FUNCTIONS 65536
/* Enough for most dumps of one function. */
#define FIRST_ROOM 4096

const char *dump_take_line(struct dump_reader *reader)
{
	const char *line = reader->next;

	if (line == reader->end)
		return NULL;
	reader->next += strlen(line) + 1;
	reader->line++;
	return line;
}

int dump_refuse(const struct dump_reader *reader, const char *format, ...)
{
	va_list arguments;
	int ret;

	va_start(arguments, format);
	ret = because_of_line(reader->why, reader->name, reader->line, format, arguments);
	va_end(arguments);
	return ret;
}

/*
 * strspn() isn't used here and below, for speed: it would take longer than all other work on a
 * line.
 */
size_t dump_prefix(const char *line)
{
	size_t length = 0;

	while (line[length] == ' ' || line[length] == '\t' || line[length] == '>')
		length++;
	return length;
}

size_t dump_digits(const char *text)
{
	size_t length = 0;

	while (hex_digit(text[length]) >= 0)
		length++;
	return length;
}

bool dump_take_byte(const char **text, uint8_t *byte)
{
	int high = hex_digit((*text)[0]), low = high < 0 ? -1 : hex_digit((*text)[1]);

	if (low < 0)
		return false;
	*byte = (uint8_t)(high << 4 | low);
	*text += 2;
	return true;
}

bool dump_is_blank(const char *text)
{
	while (*text == ' ' || *text == '\t')
		text++;
	return !*text;
}

/* Makes room for @more items after the first @count of @items. */
static int make_room(const struct dump_reader *reader, void **items, size_t size, size_t count,
		     size_t more, size_t *room)
{
	size_t wanted = *room ? *room * 2 : FIRST_ROOM / size;
	void *grown;

	if (count + more <= *room)
		return 0;
	grown = reallocarray(*items, wanted, size);
	if (!grown)
		return because(reader->why, -ENOMEM, "out of memory");
	*items = grown;
	*room = wanted;
	return 0;
}

int dump_add_function(struct dump_reader *reader, const struct bdf *bdf)
{
	struct dump *dump = reader->dump;
	void *functions = dump->functions;
	int ret;

	if (dump->count == MAX_FUNCTIONS)
		return dump_refuse(reader,
				   "there are more than %d functions: reduce it to those in "
				   "question",
				   MAX_FUNCTIONS);
	ret = make_room(reader, &functions, sizeof(*dump->functions), dump->count, 1,
			&reader->functions_room);
	dump->functions = functions;
	if (!ret)
		dump->functions[dump->count++] = (struct dump_function){ .bdf = *bdf };
	return ret;
}

int dump_add_line(struct dump_reader *reader, const uint8_t bytes[DUMP_BYTES_PER_LINE])
{
	struct dump *dump = reader->dump;
	void *all = dump->bytes;
	int ret =
		make_room(reader, &all, 1, reader->bytes, DUMP_BYTES_PER_LINE, &reader->bytes_room);

	dump->bytes = all;
	if (ret)
		return ret;
	memcpy(dump->bytes + reader->bytes, bytes, DUMP_BYTES_PER_LINE);
	reader->bytes += DUMP_BYTES_PER_LINE;
	dump->functions[dump->count - 1].size += DUMP_BYTES_PER_LINE;
	return 0;
}

const struct dump_function *dump_last(const struct dump_reader *reader)
{
	return &reader->dump->functions[reader->dump->count - 1];
}
