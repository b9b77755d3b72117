// SPDX-License-Identifier: MIT
#include <linux/pci_regs.h>
#include <stdbool.h>
#include <string.h>

#include "random_config.h"

#define EXTENDED     0x100
#define EXPRESS	     0x80
#define AF	     0xc0
#define MAX_CAPS     40
#define EXT_CAP_VSEC 0x000b

/* Extended capabilities as devices have them: ID, version, usual length */
static const struct kind {
	uint16_t id;
	uint8_t version;
	uint8_t length;
} kinds[] = {
	{ PCI_EXT_CAP_ID_ERR, 2, 0x48 },
	{ PCI_EXT_CAP_ID_DSN, 1, 0x0c },
	{ PCI_EXT_CAP_ID_VC, 1, 0x1c },
	{ PCI_EXT_CAP_ID_PWR, 1, 0x10 },
	{ EXT_CAP_VSEC, 1, 0x18 },
	{ EXT_CAP_VSEC, 1, 0x80 },
	{ PCI_EXT_CAP_ID_ACS, 1, 0x08 },
	{ PCI_EXT_CAP_ID_ARI, 1, 0x08 },
	{ PCI_EXT_CAP_ID_ATS, 1, 0x08 },
	{ PCI_EXT_CAP_ID_SRIOV, 1, 0x40 },
	{ PCI_EXT_CAP_ID_PRI, 1, 0x10 },
	{ PCI_EXT_CAP_ID_REBAR, 1, 0x14 },
	{ PCI_EXT_CAP_ID_DPA, 1, 0x20 },
	{ PCI_EXT_CAP_ID_TPH, 1, 0x1c },
	{ PCI_EXT_CAP_ID_LTR, 1, 0x08 },
	{ PCI_EXT_CAP_ID_SECPCI, 1, 0x2c },
	{ PCI_EXT_CAP_ID_PASID, 1, 0x08 },
	{ PCI_EXT_CAP_ID_L1SS, 1, 0x10 },
	{ PCI_EXT_CAP_ID_PTM, 1, 0x0c },
	{ PCI_EXT_CAP_ID_DVSEC, 1, 0x14 },
	{ PCI_EXT_CAP_ID_DVSEC, 1, 0x60 },
	{ PCI_EXT_CAP_ID_DLF, 1, 0x0c },
	{ PCI_EXT_CAP_ID_PL_16GT, 1, 0x28 },
	{ 0x0000, 1, 0x04 },
	{ 0x1234, 1, 0x20 }, /* in no specification */
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Capabilities by ascending offset, and the order in which the chain has them */
struct chain {
	unsigned int count;
	uint16_t offsets[MAX_CAPS];
	uint8_t order[MAX_CAPS];
};

void random_seed(struct random *random, uint64_t seed)
{
	random->state = seed;
}

static uint64_t next_number(struct random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

unsigned int random_below(struct random *random, unsigned int limit)
{
	return (next_number(random) >> 32) * limit >> 32;
}

static bool one_in(struct random *random, unsigned int n)
{
	return !random_below(random, n);
}

static void put16(struct random_config *space, unsigned int offset, unsigned int value)
{
	space->config[offset] = value;
	space->config[offset + 1] = value >> 8;
}

static void put32(struct random_config *space, unsigned int offset, uint32_t value)
{
	put16(space, offset, value & 0xffff);
	put16(space, offset + 2, value >> 16);
}

static uint32_t get32(const struct random_config *space, unsigned int offset)
{
	const uint8_t *bytes = space->config + offset;

	return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* Often zero, mostly a single bit, sometimes anything. */
static uint32_t random_register(struct random *random)
{
	switch (random_below(random, 8)) {
	case 0:
		return (uint32_t)next_number(random);
	case 1:
		return UINT32_MAX;
	case 2:
	case 3:
	case 4:
		return 0;
	default:
		return 1u << random_below(random, 32);
	}
}

/* Conventional config space */

static void make_express(struct random *random, struct random_config *space)
{
	unsigned int type = one_in(random, 4) ? random_below(random, 16) : PCI_EXP_TYPE_ENDPOINT;

	put16(space, EXPRESS + PCI_EXP_FLAGS, 2 | type << 4);
	put32(space, EXPRESS + PCI_EXP_DEVCAP, one_in(random, 2) ? PCI_EXP_DEVCAP_FLR : 0);
	put32(space, EXPRESS + PCI_EXP_LNKCAP, 4 | 1u << (4 + random_below(random, 6)));
	put32(space, EXPRESS + PCI_EXP_DEVCAP2,
	      one_in(random, 2) ? PCI_EXP_DEVCAP2_EE_PREFIX : random_register(random));
	put16(space, EXPRESS, PCI_CAP_ID_EXP);
}

static void make_header(struct random *random, struct random_config *space)
{
	bool has_af = one_in(random, 4);

	put32(space, PCI_VENDOR_ID, 0x12348086);
	if (one_in(random, 8))
		put32(space, PCI_VENDOR_ID, UINT32_MAX); /* as a VF has it */
	if (one_in(random, 16))
		return;

	put16(space, PCI_STATUS, PCI_STATUS_CAP_LIST);
	space->config[PCI_CAPABILITY_LIST] = 0x40;
	put16(space, 0x40, PCI_CAP_ID_PM | EXPRESS << 8);
	make_express(random, space);
	if (!has_af)
		return;

	space->config[EXPRESS + 1] = AF;
	put32(space, AF, PCI_CAP_ID_AF | PCI_CAP_AF_SIZEOF << 16 | random_below(random, 4) << 24);
}

/* Extended config space */

static void put_capability(struct random *random, struct random_config *space, unsigned int offset,
			   const struct kind *kind)
{
	unsigned int length = kind->length;

	for (unsigned int at = offset + 4; at < offset + length; at += 4)
		put32(space, at, random_register(random));
	if (!one_in(random, 8) && (kind->id == PCI_EXT_CAP_ID_DVSEC || kind->id == EXT_CAP_VSEC))
		put32(space, offset + 4, length << 20 | 0x18086);
	put32(space, offset, kind->id | (uint32_t)kind->version << 16);
	if (one_in(random, 32))
		space->config[offset + 2] = random_below(random, 16); /* another version */
}

static unsigned int random_gap(struct random *random, unsigned int widest)
{
	return one_in(random, 2) ? 4 * random_below(random, 4) : 4 * random_below(random, widest);
}

/* From 0x100 up, as many as there is room for, or fewer. */
static void put_capabilities(struct random *random, struct random_config *space,
			     struct chain *chain)
{
	unsigned int most = 1 + random_below(random, one_in(random, 4) ? MAX_CAPS : 12);
	unsigned int widest = one_in(random, 2) ? 1 : 1u << random_below(random, 8);
	unsigned int offset = EXTENDED;

	while (chain->count < most) {
		const struct kind *kind = &kinds[random_below(random, KINDS)];

		if (offset + kind->length > RANDOM_CONFIG_SIZE)
			return;
		put_capability(random, space, offset, kind);
		chain->order[chain->count] = chain->count;
		chain->offsets[chain->count++] = offset;
		offset += kind->length + random_gap(random, widest);
	}
}

/* The head stays where it is. */
static void shuffle(struct random *random, struct chain *chain)
{
	for (unsigned int i = chain->count; i > 2; i--) {
		unsigned int j = 1 + random_below(random, i - 1);
		uint8_t moved = chain->order[i - 1];

		chain->order[i - 1] = chain->order[j];
		chain->order[j] = moved;
	}
}

static void set_next(struct random_config *space, unsigned int offset, unsigned int next)
{
	put32(space, offset, (get32(space, offset) & 0xfffff) | next << 20);
}

static void link_chain(struct random_config *space, const struct chain *chain)
{
	for (unsigned int i = 0; i + 1 < chain->count; i++)
		set_next(space, chain->offsets[chain->order[i]],
			 chain->offsets[chain->order[i + 1]]);
}

/* As VFIO does it: it clears ID and version, and keeps the pointer. */
static void hide_head(struct random_config *space)
{
	put32(space, EXTENDED, get32(space, EXTENDED) & 0xfff00000);
}

static void spoil_pointer(struct random *random, struct random_config *space,
			  const struct chain *chain)
{
	unsigned int at = chain->offsets[random_below(random, chain->count)];
	unsigned int other = chain->offsets[random_below(random, chain->count)];

	switch (random_below(random, 5)) {
	case 0: /* anywhere */
		set_next(space, at, random_below(random, 0x1000));
		break;
	case 1: /* below 0x100 */
		set_next(space, at, 1 + random_below(random, EXTENDED - 1));
		break;
	case 2: /* a reserved bit is set */
		set_next(space, at, get32(space, at) >> 20 | (1 + random_below(random, 3)));
		break;
	case 3: /* a loop, or a short cut */
		set_next(space, at, other);
		break;
	default: /* nobody answers there */
		put32(space, other, UINT32_MAX);
	}
}

/* What isn't a capability */

static void sow(struct random *random, struct random_config *space, unsigned int seeds)
{
	while (seeds--) {
		unsigned int at = EXTENDED + 4 + random_below(random, 0xefc);

		if (!space->config[at])
			space->config[at] = 1 + random_below(random, 255);
	}
}

/* Nothing stays zero but holes of up to 12 bytes: some have room for PASID, some don't. */
static void fill(struct random *random, struct random_config *space)
{
	unsigned int holes[3], length[3];

	for (unsigned int i = 0; i < 3; i++) {
		holes[i] = EXTENDED + random_below(random, 0xf00);
		length[i] = random_below(random, 13);
	}
	for (unsigned int at = EXTENDED + 4; at < RANDOM_CONFIG_SIZE; at++) {
		bool spared = false;

		for (unsigned int i = 0; i < 3; i++)
			spared |= at >= holes[i] && at < holes[i] + length[i];
		if (!spared && !space->config[at])
			space->config[at] = 1 + random_below(random, 255);
	}
}

static void fill_between(struct random *random, struct random_config *space)
{
	switch (random_below(random, 6)) {
	case 0:
		sow(random, space, 1 + random_below(random, 16));
		break;
	case 1:
		sow(random, space, 200 + random_below(random, 1200));
		break;
	case 2:
		fill(random, space);
		break;
	default: /* most devices have zeros */
		break;
	}
}

void random_config(struct random *random, struct random_config *space)
{
	struct chain chain = { 0 };

	memset(space, 0, sizeof(*space));
	make_header(random, space);
	/* First, so that it doesn't fill registers of capabilities, which may be lengths. */
	if (one_in(random, 2))
		fill_between(random, space);
	if (one_in(random, 12))
		return;

	put_capabilities(random, space, &chain);
	if (one_in(random, 3))
		shuffle(random, &chain);
	link_chain(space, &chain);
	if (one_in(random, 8))
		hide_head(space);
	if (one_in(random, 6))
		spoil_pointer(random, space, &chain);
}
