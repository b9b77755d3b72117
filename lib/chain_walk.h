/* SPDX-License-Identifier: MIT */
/*
 * Walks the chain of extended capabilities, header by header, and finds where it ends and
 * what breaks it. None of this is exported; the prefix avoids collisions in programs that link
 * the static library.
 */
#ifndef CHAIN_WALK_H
#define CHAIN_WALK_H

#include <stdint.h>

#include <vpasid/config.h>

#include "dwords.h"

/**
 * struct vpasid_chain - a walk along the chain
 * @read: Reads a dword of config space.
 * @opaque: Handed to @read.
 * @offset: Where the current header stands; 0 before the first header and after the last.
 * @header: The current header.
 * @seen: The headers that the walk has visited.
 *
 * For a new walk, set @read and @opaque, and all else to zeros.
 */
struct vpasid_chain {
	vpasid_read_dword *read;
	void *opaque;
	unsigned int offset;
	uint32_t header;
	struct dwords seen;
};

/**
 * vpasid_chain_step() - go to the next header
 * @chain: The walk, which hasn't come to its end. If there is a next header it becomes the
 *	current one, else the offset becomes 0.
 *
 * Reads the dword that the current header points to, and nothing else. Each header is
 * visited only once, so a walk has at most VPASID_MAX_SPANS headers.
 *
 * Return: 0 if there is a next header or the chain ends as it should. If it ends otherwise,
 *	the enum vpasid_finding_code that says why: ALL_ONES, BELOW, TRUNCATED, LOOP or
 *	EMPTY. Or a negative errno of the callback; -ENODATA is TRUNCATED.
 */
int vpasid_chain_step(struct vpasid_chain *chain);

/**
 * vpasid_chain_is_broken_by() - does a finding break the chain?
 * @code: What vpasid_chain_step() has returned.
 *
 * LOOP and EMPTY end the chain, but all that it can reach is known.
 *
 * Return: whether there may be capabilities that the walk can't reach.
 */
static inline bool vpasid_chain_is_broken_by(int code)
{
	return code == VPASID_FINDING_ALL_ONES || code == VPASID_FINDING_BELOW ||
	       code == VPASID_FINDING_TRUNCATED;
}

#endif /* CHAIN_WALK_H */
