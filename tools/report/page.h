/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages about one host, and about several.
 */
#ifndef TOOLS_REPORT_PAGE_H
#define TOOLS_REPORT_PAGE_H

#include <stdio.h>

#include "facts/host_options.h"
#include "report/judged.h"
#include "support/why.h"

/* What the page answers about hosts */
struct page_options {
	enum purpose check;   /* check's */
	enum purpose explain; /* explain's */
	const struct vpasid_quirks *quirks;
};

/*
 * Writes a page about a host, which is open. Returns 0 or a negative errno with @why; then the
 * page is incomplete.
 */
int page_of_host(FILE *stream, struct host *host, const struct page_options *options,
		 struct why *why);

/*
 * Writes a page about the hosts of @count recordings, and opens one after the other. Of one that
 * can't be read, the page says why, and @failed counts it. Returns as page_of_host() does.
 */
int page_of_several(FILE *stream, const char *const *recordings, size_t count, bool wakes,
		    const struct page_options *options, size_t *failed, struct why *why);

#endif /* TOOLS_REPORT_PAGE_H */
