// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>

#include "chain.h"

#define HEAD		 0x100
#define MAX_CAPABILITIES ((CONFIG_SIZE - HEAD) / 4)

struct chain {
	unsigned int last;    /* 0 if there is none */
	unsigned int highest; /* 0 if there is none */
	bool taken[CONFIG_SIZE / 4];
};

static uint32_t get_le32(const uint8_t *bytes)
{
	return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static unsigned int capability_id(uint32_t header)
{
	return header & 0xffff;
}

static unsigned int capability_next(uint32_t header)
{
	return header >> 20 & 0xffc;
}

static uint32_t link_to(uint32_t header, unsigned int next)
{
	return (header & 0xfffff) | (uint32_t)next << 20;
}

static const char *chain_walk(const uint8_t *config, struct chain *chain)
{
	unsigned int at = HEAD;
	uint32_t header = get_le32(config + HEAD);

	*chain = (struct chain){ 0 };

	/* Zeros: there is no chain. All ones: there is no extended config space. */
	if (!header)
		return NULL;
	if (header == UINT32_MAX)
		return "has no extended config space";

	while (at >= HEAD) {
		if (chain->taken[at / 4])
			return "has a loop in its chain of extended capabilities";
		chain->taken[at / 4] = true;
		chain->last = at;
		if (at > chain->highest)
			chain->highest = at;
		at = capability_next(get_le32(config + at));
	}
	return NULL;
}

/* The lengths of capabilities that QEMU's functions have, or that are planted often. */
static unsigned int capability_length(const uint8_t *config, unsigned int at)
{
	static const struct {
		unsigned int id, length;
	} known[] = {
		{ 0x00, 0x04 }, /* null */
		{ 0x01, 0x48 }, /* Advanced Error Reporting, of a root port */
		{ 0x03, 0x0c }, /* Device Serial Number */
		{ 0x0d, 0x08 }, /* Access Control Services, without egress control */
		{ 0x0e, 0x08 }, /* Alternative Routing-ID Interpretation */
		{ 0x0f, 0x08 }, /* Address Translation Services */
		{ 0x10, 0x40 }, /* Single Root I/O Virtualization */
		{ 0x13, 0x10 }, /* Page Request Interface */
		{ 0x1b, 0x08 }, /* Process Address Space ID */
	};
	unsigned int id = capability_id(get_le32(config + at)), i;

	for (i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (known[i].id == id)
			return known[i].length;
	return 0;
}

static const char *first_free(const uint8_t *config, const struct chain *chain, unsigned int *at)
{
	unsigned int length;

	*at = HEAD;
	if (!chain->last)
		return NULL;

	length = capability_length(config, chain->highest);
	if (!length)
		return "ends in a capability whose length is unknown: write at=OFFSET";
	*at = chain->highest + length;
	return NULL;
}

const char *chain_append(const uint8_t config[CONFIG_SIZE], unsigned int at, size_t length,
			 struct chain_place *place)
{
	struct chain chain;
	const char *why;

	why = chain_walk(config, &chain);
	if (!why && !at)
		why = first_free(config, &chain, &at);
	if (why)
		return why;

	if (at + length > CONFIG_SIZE)
		return "has no room for it behind its last capability: write at=OFFSET";
	if (chain.taken[at / 4])
		return "has a capability at this offset: write another at=OFFSET";

	*place = (struct chain_place){ .at = at };
	if (chain.last) {
		place->link = chain.last;
		place->header = link_to(get_le32(config + chain.last), at);
	} else if (at != HEAD) {
		/* The chain begins at its head, even if that is a null capability. */
		place->link = HEAD;
		place->header = link_to(0, at);
	}
	return NULL;
}
