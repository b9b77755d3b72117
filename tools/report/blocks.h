/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The blocks of a page: a function's chain as in `vpasid explain`, and its config space as in
 * `vpasid map`. Each begins within the <summary> of a <details>.
 */
#ifndef TOOLS_REPORT_BLOCKS_H
#define TOOLS_REPORT_BLOCKS_H

#include "explain/chain.h"
#include "place/map.h"
#include "report/pool.h"

/* Each returns the number of the function's block in the pool. */
size_t chain_block(struct pool *chains, const struct function *function, const struct chain *chain,
		   size_t user);

/* The map is room for it to work in. */
size_t map_block(struct pool *maps, const struct placement_report *place, struct map *map,
		 size_t user);

#endif /* TOOLS_REPORT_BLOCKS_H */
