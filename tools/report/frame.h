/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is around a page: its head, with the style and the script in it, so that it needs nothing
 * else and may fetch nothing; and how states look in it.
 */
#ifndef TOOLS_REPORT_FRAME_H
#define TOOLS_REPORT_FRAME_H

#include <stdio.h>

#include "check/check.h"
#include "explain/chain.h"

/* Made at build of data/report.css and data/report.js. */
extern const char report_style[], report_script[], report_script_hash[];

void frame_begin(FILE *stream, const char *title);
void frame_end(FILE *stream);

/* Around a table or a picture that may be wider than the page. */
void frame_begin_wide(FILE *stream, const char *label);
void frame_end_wide(FILE *stream);

/* A state, with that word. */
void frame_put_check(FILE *stream, enum check_verdict verdict, const char *word);
void frame_put_link(FILE *stream, enum explain_verdict verdict, const char *word);

#endif /* TOOLS_REPORT_FRAME_H */
