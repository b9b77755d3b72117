// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "support/escape.h"

bool output_drops_domain, output_has_domains;

/*
 * The length of the UTF-8 sequence at @text (RFC 3629), 0 if there is none. The
 * ranges of the second byte shut out overlong forms, surrogates and what is above
 * U+10FFFF.
 */
static size_t utf8_length(const unsigned char *text)
{
	static const struct {
		uint8_t first, last, low, high;
		size_t length;
	} forms[] = {
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 }, { 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	if (*text < 0x80)
		return 1;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (*text < forms[i].first || *text > forms[i].last)
			continue;
		if (text[1] < forms[i].low || text[1] > forms[i].high)
			return 0;
		for (size_t at = 2; at < forms[i].length; at++)
			if ((text[at] & 0xc0) != 0x80)
				return 0;
		return forms[i].length;
	}
	return 0;
}

static uint32_t code_point(const unsigned char *text, size_t length)
{
	uint32_t code = length == 1 ? *text : *text & (0x7fU >> length);

	for (size_t at = 1; at < length; at++)
		code = code << 6 | (text[at] & 0x3f);
	return code;
}

/*
 * Characters that a terminal obeys, or that make a line look like another one: they turn
 * the direction of the text, end the line, or can't be seen.
 */
static bool is_odd(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x00, 0x1f },	      /* C0 */
		{ 0x7f, 0x9f },	      /* DEL, C1 */
		{ 0x61c, 0x61c },     /* Arabic letter mark */
		{ 0x200b, 0x200f },   /* of no width; left-to-right and right-to-left mark */
		{ 0x2028, 0x202e },   /* line, paragraph; embeddings and overrides */
		{ 0x2060, 0x206f },   /* of no width; isolates */
		{ 0xfeff, 0xfeff },   /* byte order mark */
		{ 0xfff9, 0xfffb },   /* annotations */
		{ 0xfffe, 0xffff },   /* not characters, and not allowed in XML */
		{ 0xe0000, 0xe007f }, /* tags */
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}

size_t escape(char *copy, size_t size, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t used = 0;

	while (*at) {
		size_t length;
		bool plain;

		/* Nearly all of it is ASCII. */
		if (*at >= ' ' && *at <= '~' && used + 1 < size) {
			copy[used++] = (char)*at++;
			continue;
		}
		length = utf8_length(at);
		plain = length && !is_odd(code_point(at, length));
		if (used + (plain ? length : 4) >= size)
			break;
		if (plain) {
			memcpy(copy + used, at, length);
			used += length;
			at += length;
		} else {
			used += (size_t)sprintf(copy + used, "\\x%02x", *at++);
		}
	}
	copy[used] = '\0';
	return used;
}

/* Whether an address without its domain is there, such as "00:05.0", and then no other word */
static bool is_address(const char *at)
{
	static const char form[] = "xx:xx.o";

	for (size_t i = 0; form[i]; i++) {
		if (form[i] == 'x'   ? !isxdigit((unsigned char)at[i])
		    : form[i] == 'o' ? at[i] < '0' || at[i] > '7'
				     : at[i] != form[i])
			return false;
	}
	return !isalnum((unsigned char)at[sizeof(form) - 1]);
}

/*
 * Between backquotes stand commands, which may be another program's; behind a slash or "=", an
 * address is a part of a path or of an option.
 */
static void drop_domains(char *text)
{
	static const char domain[] = "0000:";
	bool is_command = false;
	char *to = text;

	for (const char *at = text; *at; *to++ = *at++) {
		bool begins = at == text || strchr(" (,;", at[-1]);

		is_command ^= *at == '`';
		if (begins && !is_command && !strncmp(at, domain, sizeof(domain) - 1) &&
		    is_address(at + sizeof(domain) - 1))
			at += sizeof(domain) - 1;
	}
	*to = '\0';
}

size_t escape_shown(char *copy, size_t size, const char *text)
{
	size_t length = escape(copy, size, text);

	if (!output_drops_domain || output_has_domains)
		return length;
	drop_domains(copy);
	return strlen(copy);
}
