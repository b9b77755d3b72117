/* SPDX-License-Identifier: MIT */
/*
 * The chain of extended capabilities, header by header: where it goes on, where it ends
 * and what breaks it. Not exported; the prefix is for those who link the static library.
 */
#ifndef CHAIN_H
#define CHAIN_H

#include <stdint.h>

#include <vpasid/config.h>

#include "dwords.h"

/**
 * struct vpasid_chain - a walk along the chain
 * @read: Reads a dword of config space.
 * @opaque: Handed to @read.
 * @offset: Of the header that the walk stands at; 0 before the first one, and after the
 *	last one.
 * @header: That header.
 * @seen: Where the walk has found headers.
 *
 * A walk begins with @read and @opaque set and zeros in all else.
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
 * @chain: The walk. Its offset is 0 afterwards unless there is a next header.
 *
 * Reads the dword that the current header points to, and nothing else. A header is
 * visited once only, so a walk ends after VPASID_MAX_SPANS steps at the latest.
 *
 * Return: 0 if there is a next header, or if the chain ends as it should; the finding of
 *	enum vpasid_finding_code that says why it ends otherwise (ALL_ONES, BELOW,
 *	TRUNCATED, LOOP, EMPTY); or a negative errno of the callback, but for -ENODATA,
 *	which is TRUNCATED.
 */
int vpasid_chain_step(struct vpasid_chain *chain);

/**
 * vpasid_chain_is_broken_by() - may there be capabilities that the walk can't reach?
 * @code: What vpasid_chain_step() found.
 *
 * LOOP and EMPTY end the chain, but all that it can reach is known.
 */
static inline bool vpasid_chain_is_broken_by(int code)
{
	return code == VPASID_FINDING_ALL_ONES || code == VPASID_FINDING_BELOW ||
	       code == VPASID_FINDING_TRUNCATED;
}

#endif /* CHAIN_H */
