/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sections of a page about one host.
 */
#ifndef TOOLS_REPORT_SECTIONS_H
#define TOOLS_REPORT_SECTIONS_H

#include <stdio.h>

#include "check/check.h"
#include "report/judged.h"

/* What can be used, what fails, and what to do. */
void put_summary(FILE *stream, const struct check *check, const struct judged *judged,
		 size_t count);

void put_findings(FILE *stream, const struct check *check);

/* Each function, with links to its chain and its map. */
void put_functions(FILE *stream, const struct judged *judged, size_t count);

void put_chains(FILE *stream, const struct pool *chains, const struct judged *judged);
void put_maps(FILE *stream, const struct pool *maps, const struct judged *judged);

#endif /* TOOLS_REPORT_SECTIONS_H */
