// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/config.h>

#include "pci/dump_internal.h"
#include "support/whole_file.h"

/* A text has no bytes of all zeros or all ones. */
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
			return dump_refuse(reader, "there is a null byte: this isn't text, so it "
						   "can't be output of lspci");
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
		       "%s: no line begins with a function's address such as 00:05.0: this is not "
		       "output of lspci -xxxx",
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
	return because(why, -EFBIG,
		       "%s: larger than %zu MiB: reduce it to the functions in question", name,
		       DUMP_MAX_SIZE >> 20);
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

const char *dump_name(const char *path)
{
	return strcmp(path, "-") != 0 ? path : "standard input";
}

int dump_read(const char *path, struct dump *dump, struct why *why)
{
	const char *name = dump_name(path);
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
		return because(why, -EINVAL, "%s: the gzip data is damaged or truncated", name);
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
