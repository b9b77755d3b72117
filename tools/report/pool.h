/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Blocks of a page, each of which is there once, whoever many functions or hosts have the same.
 */
#ifndef TOOLS_REPORT_POOL_H
#define TOOLS_REPORT_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "report/text.h"

struct block {
	char *key;
	/* Set by who has added the block; the first is from malloc() */
	char *html;
	int rank;
	size_t *users; /* numbers of its functions or hosts, in the order of their coming */
	size_t user_count;
};

/* All zeros is an empty one. */
struct pool {
	struct block *blocks;
	size_t count;
	bool is_short; /* of memory: blocks, or users of them, are missing */

	/* private to pool.c */
	size_t *table;
	size_t table_size;
};

/*
 * The number of the block with that key. One that isn't there yet is added; @is_new says so. Its
 * last user is @user then, if it wasn't already. Addresses of functions, and numbers of IOMMU
 * groups, don't make keys differ.
 */
size_t pool_use(struct pool *pool, const char *key, size_t user, bool *is_new);

/*
 * A block whose markup is its key: it is written to the stream of @text between these two. Without
 * memory, the first returns false.
 */
bool pool_begin(struct pool *pool, struct text *text);
size_t pool_end(struct pool *pool, struct text *text, size_t user, bool *is_new);

void pool_free(struct pool *pool);

#endif /* TOOLS_REPORT_POOL_H */
