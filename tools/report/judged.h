/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a page says of each function of a host: it is judged as `vpasid explain` and `vpasid map`
 * do. What functions have in common is a block, which is made once.
 */
#ifndef TOOLS_REPORT_JUDGED_H
#define TOOLS_REPORT_JUDGED_H

#include <stdbool.h>
#include <stddef.h>

#include "explain/chain.h"
#include "list/list.h"
#include "place/map.h"
#include "report/pool.h"

struct judged {
	const struct function *function;
	const char *error; /* why it can't be read; NULL if it can, and then: */
	enum explain_verdict verdict;
	enum explain_certainty certainty;
	/* the first link that is broken, if there is one */
	bool is_broken;
	enum explain_what what;
	struct bdf where;
	size_t chain; /* its number in the pool of chains; of problems, if there is one */
	size_t map;   /* in that of maps */
};

struct judge {
	enum purpose purpose; /* explain's */
	const struct vpasid_quirks *quirks;
	/* Users of the blocks are numbers of functions; or of this host, in a page about several.
	 */
	bool is_of_several;
	size_t host;
	struct pool chains;   /* in a page about one host */
	struct pool problems; /* in a page about several */
	struct pool maps;

	/* The last function's. They are too large for a stack. */
	struct chain chain;
	struct placement_report place;
	struct map map;
};

/*
 * Judges the functions of a list. Returns as many as it has, which the caller frees; NULL without
 * memory.
 */
struct judged *judge_functions(struct judge *judge, const struct list *list);

/* Whether blocks are missing, for want of memory. */
bool judge_is_short(const struct judge *judge);

void judge_free(struct judge *judge);

/* How many have that verdict. */
size_t judged_count(const struct judged *judged, size_t count, enum explain_verdict verdict);

#endif /* TOOLS_REPORT_JUDGED_H */
