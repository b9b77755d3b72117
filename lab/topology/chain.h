/* SPDX-License-Identifier: GPL-2.0-only */
/* Where in the chain of extended capabilities one more goes. */
#ifndef LAB_CHAIN_H
#define LAB_CHAIN_H

#include <stdint.h>

#include "topology.h"

/**
 * struct chain_place - where a capability goes
 * @at: its offset
 * @link: the offset of the header that points to it; 0 if it is the head
 * @header: that header, pointing to it
 */
struct chain_place {
	unsigned int at;
	unsigned int link;
	uint32_t header;
};

/*
 * Finds the place for a capability of so many bytes at the end of the chain of config: at the
 * offset AT, or, if that is 0, behind the capability with the highest offset.
 *
 * Returns NULL, or what is wrong.
 */
const char *chain_append(const uint8_t config[CONFIG_SIZE], unsigned int at, size_t length,
			 struct chain_place *place);

#endif /* LAB_CHAIN_H */
