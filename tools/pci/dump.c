// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/config.h>

#include "pci/dump_internal.h"
#include "support/hex.h"
#include "support/whole_file.h"

/* As many as a domain has. */
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

/* Here and below no strspn(): it takes longer than all else that is done with a line. */
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

/* Makes @items, of which there are @count, have room for @more. */
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
				   "there are more than %d functions: cut it to those in question",
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

/* A text has no null bytes, and no bytes of ones. */
static bool is_raw(const uint8_t *data, size_t length)
{
	if (length != VPASID_CONFIG_MIN && length != VPASID_CONFIG_CONVENTIONAL &&
	    length != VPASID_CONFIG_SIZE)
		return false;
	return memchr(data, '\0', length) ||
	       (data[0] == 0xff && !memcmp(data, data + 1, length - 1));
}

static int read_raw(struct dump_reader *reader, const uint8_t *data, size_t length)
{
	struct bdf bdf = { 0 };
	int ret;

	bdf_name(&bdf);
	ret = dump_add_function(reader, &bdf);
	for (size_t at = 0; at < length && !ret; at += DUMP_BYTES_PER_LINE)
		ret = dump_add_line(reader, data + at);
	return ret;
}

/* Copies the lines at @data to @lines, each as a string, without the carriage return. */
static int split(struct dump_reader *reader, const char *data, size_t length, char *lines)
{
	reader->next = lines;
	while (length) {
		const char *newline = memchr(data, '\n', length);
		size_t size = newline ? (size_t)(newline - data) : length;

		reader->line++;
		if (memchr(data, '\0', size))
			return dump_refuse(reader, "there is a null byte: this is no text, so not "
						   "what lspci prints");
		memcpy(lines, data, size);
		lines += size;
		if (newline && size && data[size - 1] == '\r')
			lines--;
		*lines++ = '\0';
		data += newline ? size + 1 : size;
		length -= newline ? size + 1 : size;
	}
	reader->end = lines;
	return 0;
}

static void rewind_to(struct dump_reader *reader, const char *lines)
{
	reader->next = lines;
	reader->line = 0;
}

static int read_lines(struct dump_reader *reader, const char *data, size_t length, char *lines)
{
	int ret = split(reader, data, length, lines);

	if (ret)
		return ret;
	rewind_to(reader, lines);
	ret = dump_read_lspci(reader);
	if (ret || reader->dump->count)
		return ret;
	rewind_to(reader, lines);
	ret = dump_read_hexdump(reader);
	if (ret || reader->dump->count)
		return ret;
	return because(reader->why, -EINVAL,
		       "%s: no line begins with a function's address, as 00:05.0: this is not what "
		       "lspci -xxxx prints",
		       reader->name);
}

static int read_text(struct dump_reader *reader, const char *data, size_t length)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t skipped =
		length >= strlen(mark) && !memcmp(data, mark, strlen(mark)) ? strlen(mark) : 0;
	char *lines = malloc(length + 1);
	int ret;

	if (!lines)
		return because(reader->why, -ENOMEM, "out of memory");
	ret = read_lines(reader, data + skipped, length - skipped, lines);
	free(lines);
	return ret;
}

static int too_large(const char *name, struct why *why)
{
	return because(why, -EFBIG, "%s: larger than %zu MiB: cut it to the functions in question",
		       name, DUMP_MAX_SIZE >> 20);
}

int dump_parse(const void *data, size_t length, const char *name, struct dump *dump,
	       struct why *why)
{
	struct dump_reader reader = { .name = name, .why = why, .dump = dump };
	int ret;

	*dump = (struct dump){ 0 };
	if (length > DUMP_MAX_SIZE)
		return too_large(name, why);
	ret = is_raw(data, length) ? read_raw(&reader, data, length)
				   : read_text(&reader, data, length);
	if (ret) {
		dump_free(dump);
		return ret;
	}
	for (size_t i = 0, at = 0; i < dump->count; at += dump->functions[i++].size)
		dump->functions[i].config = dump->bytes + at;
	return 0;
}

int dump_read(const char *path, struct dump *dump, struct why *why)
{
	const char *name = strcmp(path, "-") != 0 ? path : "standard input";
	uint8_t *data;
	size_t length;
	int ret = whole_file_read(path, DUMP_MAX_SIZE, &data, &length);

	*dump = (struct dump){ 0 };
	switch (ret) {
	case 0:
		ret = dump_parse(data, length, name, dump, why);
		free(data);
		return ret;
	case -EFBIG:
		return too_large(name, why);
	case -EBADMSG:
		return because(why, -EINVAL, "%s: what gzip has packed is damaged, or cut short",
			       name);
	default:
		return because(why, ret, "%s: %s", name, strerror(-ret));
	}
}

void dump_free(struct dump *dump)
{
	free(dump->functions);
	free(dump->bytes);
	*dump = (struct dump){ 0 };
}
