// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <linux/pci_regs.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile.h"
#include "support/bytes.h"

#define BLANKS	  " \t\r"
#define MAX_LINE  256
#define MAX_TEXT  65536
#define MAX_VALUE 8 /* hexadecimal digits */

/* A line of a profile, which is read word by word. */
struct line {
	struct model *model;
	const char *name;
	unsigned int number;
	char *rest;
	struct why *why;
};

static int __attribute__((format(printf, 2, 3)))
refuse(const struct line *line, const char *format, ...)
{
	va_list arguments;
	int ret;

	va_start(arguments, format);
	ret = because_of_line(line->why, line->name, line->number, format, arguments);
	va_end(arguments);
	return ret;
}

/* The next word, NULL at the line's end. */
static char *next_word(struct line *line)
{
	char *word = NULL;

	while (!word || (!*word && line->rest)) {
		if (!line->rest)
			return NULL;
		word = strsep(&line->rest, BLANKS);
	}
	return *word ? word : NULL;
}

static bool is_hexadecimal(const char *word)
{
	return *word && word[strspn(word, "0123456789abcdefABCDEF")] == '\0';
}

/* A value of 2, 4 or 8 digits is a register of 1, 2 or 4 bytes. */
static int put_value(const struct line *line, const char *word, unsigned int *at)
{
	size_t digits = strlen(word), bytes = digits / 2;
	unsigned long value;

	if (!is_hexadecimal(word) || (digits != 2 && digits != 4 && digits != MAX_VALUE))
		return refuse(line, "%s: a value has 2, 4 or 8 hexadecimal digits", word);
	if (*at % bytes)
		return refuse(line, "%s: a register of %zu bytes can't be at 0x%03x", word, bytes,
			      *at);
	if (*at + bytes > VPASID_CONFIG_SIZE)
		return refuse(line, "%s: it is beyond config space", word);
	value = strtoul(word, NULL, 16);
	for (size_t i = 0; i < bytes; i++)
		line->model->source.config[(*at)++] = (uint8_t)(value >> 8 * i);
	return 0;
}

static int take_registers(struct line *line, const char *offset)
{
	unsigned int at = (unsigned int)strtoul(offset, NULL, 16);
	const char *word = next_word(line);
	int ret = 0;

	if (!word)
		return refuse(line, "%s: no values follow it", offset);
	for (; word && !ret; word = next_word(line))
		ret = put_value(line, word, &at);
	return ret;
}

static int take_setting(struct line *line, const char *name)
{
	const char *value = next_word(line);
	struct why why;
	int ret;

	if (next_word(line))
		return refuse(line, "%s has one value", name);
	ret = model_set(line->model, name, value ? value : "", &why);
	if (ret == -ENOENT)
		return refuse(line,
			      "%s: a line begins with an offset of three hexadecimal digits, or "
			      "with ids, pasid, pri, bar or vf",
			      name);
	return ret ? refuse(line, "%s %s", name, why.text) : 0;
}

static int take_line(struct line *line, char *text)
{
	const char *word;

	text[strcspn(text, "#")] = '\0';
	line->rest = text;
	word = next_word(line);
	if (!word)
		return 0;
	if (strlen(word) == 3 && is_hexadecimal(word))
		return take_registers(line, word);
	return take_setting(line, word);
}

/* The profile may have set the IDs as registers, and the model needs them, too. */
static void take_ids(struct config_space *source)
{
	const uint8_t *config = source->config;

	source->device.vendor = get16(config + PCI_VENDOR_ID);
	source->device.device = get16(config + PCI_DEVICE_ID);
	source->device.revision = config[PCI_REVISION_ID];
	source->device.subsystem_vendor = get16(config + PCI_SUBSYSTEM_VENDOR_ID);
	source->device.subsystem_device = get16(config + PCI_SUBSYSTEM_ID);
}

int profile_parse(struct model *model, const char *text, size_t length, const char *name,
		  struct why *why)
{
	struct line line = { .model = model, .name = name, .why = why };
	char copy[MAX_LINE];
	int ret = 0;

	*model = (struct model){ .source.size = VPASID_CONFIG_SIZE };
	while (length && !ret) {
		const char *end = memchr(text, '\n', length);
		size_t size = end ? (size_t)(end - text) : length;

		line.number++;
		if (size >= sizeof(copy) || memchr(text, '\0', size))
			return refuse(&line, "the line is longer than %zu bytes, or isn't text",
				      sizeof(copy) - 1);
		memcpy(copy, text, size);
		copy[size] = '\0';
		ret = take_line(&line, copy);
		text += size + !!end;
		length -= size + !!end;
	}
	take_ids(&model->source);
	return ret;
}

int profile_read(struct model *model, const char *name, struct why *why)
{
	char path[PATH_MAX], text[MAX_TEXT + 1];
	size_t length;
	FILE *file;
	int error;

	snprintf(path, sizeof(path), strchr(name, '/') ? "%s" : PROFILES_DIR "/%s.conf", name);
	file = fopen(path, "re");
	if (!file)
		return because(why, -errno, "%s: %s", path, strerror(errno));
	length = fread(text, 1, sizeof(text), file);
	error = ferror(file) ? errno : 0;
	fclose(file);
	if (error)
		return because(why, -error, "%s: %s", path, strerror(error));
	if (length > MAX_TEXT)
		return because(why, -EINVAL, "%s: a profile has at most %d bytes", path, MAX_TEXT);
	return profile_parse(model, text, length, path, why);
}
