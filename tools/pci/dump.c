// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/config.h>

#include "pci/dump.h"

/* libpci reads lines into 255 bytes, of which two are the newline and the end. */
#define MAX_LINE       253
#define BYTES_PER_LINE 16
#define ADDRESS_SIZE   16 /* "10000:00:00.0" and its end */
/* A domain's; libpci takes much more memory for each than the dump does. */
#define MAX_FUNCTIONS 65536

struct check {
	const char *name;
	unsigned int line;
	size_t functions;
	bool in_function;
	char address[ADDRESS_SIZE]; /* of the function, as the dump has it */
	size_t count;		    /* of its bytes so far */
	bool has_bytes;		    /* any function has */
	struct why *why;
};

static int __attribute__((format(printf, 2, 3)))
refuse(const struct check *check, const char *format, ...)
{
	va_list arguments;
	int ret;

	va_start(arguments, format);
	ret = because_of_line(check->why, check->name, check->line, format, arguments);
	va_end(arguments);
	return ret;
}

/* '#' stands for a digit; the rest stands for itself. */
static bool begins_as(const char *line, const char *pattern)
{
	for (; *pattern; pattern++, line++) {
		if (*pattern == '#' ? !isxdigit((unsigned char)*line) : *line != *pattern)
			return false;
	}
	return true;
}

/* As libpci knows a function by: the domain may be left out. */
static bool is_function(const char *line)
{
	return begins_as(line, "##:##.# ") || begins_as(line, "####:##:##.# ") ||
	       begins_as(line, "#####:##:##.# ");
}

/* "1f0: ": the number of its digits, 0 if it's no such line. */
static size_t offset_digits(const char *line)
{
	size_t digits = strspn(line, "0123456789abcdefABCDEF");

	return digits >= 2 && digits <= 8 && line[digits] == ':' && line[digits + 1] == ' ' ? digits
											    : 0;
}

/* Whether a function's bytes may end here. */
static int check_end(const struct check *check)
{
	switch (check->count) {
	case 0:
	case 64:
	case 128:
	case VPASID_CONFIG_CONVENTIONAL:
	case VPASID_CONFIG_SIZE:
		return 0;
	default:
		return refuse(check,
			      "the dump of %s is cut short, at 0x%zx of 0x%x bytes: make it again, "
			      "lspci -xxxx -s %s as root",
			      check->address, check->count,
			      check->count < VPASID_CONFIG_CONVENTIONAL ? VPASID_CONFIG_CONVENTIONAL
									: VPASID_CONFIG_SIZE,
			      check->address);
	}
}

static int begin_function(struct check *check, const char *line)
{
	int ret = check_end(check);

	snprintf(check->address, sizeof(check->address), "%.*s", (int)strcspn(line, " "), line);
	check->in_function = true;
	check->functions++;
	check->count = 0;
	if (!ret && check->functions > MAX_FUNCTIONS)
		ret = refuse(check, "there are more than %d functions: cut it to those in question",
			     MAX_FUNCTIONS);
	return ret;
}

/* Pairs of digits with a space between: how many, or -1 if there is something else. */
static int count_bytes(const char *bytes)
{
	int count = 0;

	while (isxdigit((unsigned char)bytes[0]) && isxdigit((unsigned char)bytes[1])) {
		count++;
		bytes += 2;
		if (*bytes != ' ')
			break;
		bytes++;
	}
	return *bytes ? -1 : count;
}

static int check_bytes(struct check *check, const char *line, size_t digits)
{
	unsigned long offset = strtoul(line, NULL, 16);
	int count = count_bytes(line + digits + 2);

	if (offset != check->count)
		return refuse(check,
			      "the bytes from 0x%lx on follow those up to 0x%zx: lines of %s are "
			      "missing, or out of order",
			      offset, check->count, check->address);
	if (count != BYTES_PER_LINE)
		return refuse(check, "these aren't %d bytes in hexadecimal: the line is damaged",
			      BYTES_PER_LINE);
	if (check->count == VPASID_CONFIG_SIZE)
		return refuse(check, "%s has more than the %d bytes of a config space",
			      check->address, VPASID_CONFIG_SIZE);

	check->count += BYTES_PER_LINE;
	check->has_bytes = true;
	return 0;
}

/* An empty line ends a function; what isn't known here is lspci's description of it. */
static int check_line(struct check *check, const char *line)
{
	size_t digits = offset_digits(line);
	int ret = 0;

	if (is_function(line))
		return begin_function(check, line);
	if (check->in_function && digits)
		return check_bytes(check, line, digits);
	if (!*line) {
		ret = check_end(check);
		check->in_function = false;
		check->count = 0;
	}
	return ret;
}

/* Copies the line at @text, without its end. Returns what it takes of @text, or 0. */
static size_t take_line(struct check *check, const char *text, size_t length, char *line)
{
	const char *end = memchr(text, '\n', length < MAX_LINE + 1 ? length : MAX_LINE + 1);
	size_t size = end ? (size_t)(end - text) : length;

	check->line++;
	if (memchr(text, '\0', size < MAX_LINE ? size : MAX_LINE)) {
		refuse(check, "there is a null byte: this is no text, so not what lspci prints");
		return 0;
	}
	if (size > MAX_LINE) {
		refuse(check, "the line is longer than the %d bytes that libpci takes", MAX_LINE);
		return 0;
	}
	memcpy(line, text, size);
	line[size] = '\0';
	if (size && line[size - 1] == '\r')
		line[size - 1] = '\0';
	return end ? size + 1 : size;
}

static int check_whole(const struct check *check)
{
	int ret = check_end(check);

	if (ret)
		return ret;
	if (!check->functions)
		return because(check->why, -EINVAL,
			       "%s: no line begins with a function's address, as 00:05.0: this is "
			       "not what lspci -xxxx prints",
			       check->name);
	if (!check->has_bytes)
		return because(check->why, -EINVAL,
			       "%s: there are functions, but no bytes of config space: make it "
			       "again, lspci -xxxx as root",
			       check->name);
	return 0;
}

int dump_check(const char *text, size_t length, const char *name, struct why *why)
{
	struct check check = { .name = name, .why = why };
	char line[MAX_LINE + 1];
	int ret;

	while (length) {
		size_t taken = take_line(&check, text, length, line);

		if (!taken)
			return -EINVAL;
		ret = check_line(&check, line);
		if (ret)
			return ret;
		text += taken;
		length -= taken;
	}
	return check_whole(&check);
}
