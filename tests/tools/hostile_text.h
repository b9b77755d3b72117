/* SPDX-License-Identifier: MIT */
#ifndef TESTS_TOOLS_HOSTILE_TEXT_H
#define TESTS_TOOLS_HOSTILE_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Bytes that an XML document must not have as they are, and those next to them. */
static inline void hostile_text(char *text, size_t size, uint32_t *seed)
{
	static const char *const parts[] = {
		"<",
		"&",
		">",
		"\"",
		"'",
		"]]>",
		"&#0;",
		"<!--",
		"\x01",
		"\x1b[m",
		"\x7f",
		"\xc2\x85",
		"\xef\xbf\xbe",
		"\xef\xbf\xbf",
		"\xef\xbf\xbd",
		"\xef\xbf",
		"\xed\xa0\x80",
		"\xff",
		"\xf4\x8f\xbf\xbf",
		"\xf4\x90\x80\x80",
		"\xe2\x80\xa8",
		" ",
		"x",
		"\n",
	};
	size_t used = 0;

	while (used + 4 < size) {
		const char *part;

		*seed = *seed * 1664525 + 1013904223;
		part = parts[(*seed >> 16) % (sizeof(parts) / sizeof(parts[0]))];
		if (*seed >> 28)
			used += (size_t)snprintf(text + used, 5, "%s", part);
		else /* any byte */
			text[used++] = (char)(1 + (*seed >> 16) % 255);
	}
	text[used] = '\0';
}

#endif /* TESTS_TOOLS_HOSTILE_TEXT_H */
