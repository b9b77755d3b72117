/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Markup that is made in memory.
 */
#ifndef TOOLS_REPORT_TEXT_H
#define TOOLS_REPORT_TEXT_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct text {
	FILE *stream; /* NULL without memory */
	char *content;
	size_t size;
};

static inline bool text_open(struct text *text)
{
	*text = (struct text){ 0 };
	text->stream = open_memstream(&text->content, &text->size);
	return text->stream;
}

/* Returns whether all is in it. The caller frees the content. */
static inline bool text_close(struct text *text)
{
	bool failed = ferror(text->stream);

	return !fclose(text->stream) && !failed;
}

#endif /* TOOLS_REPORT_TEXT_H */
