// SPDX-License-Identifier: MIT
/* Random config spaces of which it is known what they say about PASID. */
#include <linux/pci_regs.h>
#include <string.h>

#include "random_host.h"

#define EXTENDED 0x100
#define EXPRESS	 0x60
#define MAX_CAPS 12

/* Extended capabilities. The specification gives all their lengths but the last one's. */
static const struct kind {
	uint16_t id;
	uint8_t length;
	bool is_exact;
} kinds[] = {
	{ PCI_EXT_CAP_ID_DSN, 0x0c, true },
	{ PCI_EXT_CAP_ID_PWR, 0x10, true },
	{ PCI_EXT_CAP_ID_LTR, 0x08, true },
	{ PCI_EXT_CAP_ID_ACS, 0x08, true },
	{ PCI_EXT_CAP_ID_ATS, 0x08, true },
	{ PCI_EXT_CAP_ID_PRI, 0x10, true },
	{ PCI_EXT_CAP_ID_SRIOV, 0x40, true },
	{ PCI_EXT_CAP_ID_ARI, 0x08, true },
	{ 0x1234, 0x20, false },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

struct chain {
	uint16_t offsets[MAX_CAPS];
	uint16_t ids[MAX_CAPS];
	unsigned int count;
	unsigned int end; /* behind the last one */
	int pasid;	  /* the index of PASID, or -1 */
	bool has_unknown; /* there is a capability of unknown length */
};

static void put(uint8_t *config, unsigned int offset, unsigned int bytes, uint32_t value)
{
	for (unsigned int i = 0; i < bytes && offset + i < RANDOM_CONFIG_SIZE; i++)
		config[offset + i] = (uint8_t)(value >> 8 * i);
}

static uint32_t get(const uint8_t *config, unsigned int offset)
{
	return config[offset] | config[offset + 1] << 8 | config[offset + 2] << 16 |
	       (uint32_t)config[offset + 3] << 24;
}

/* The conventional part */

static unsigned int express_type(const struct made_function *function)
{
	static const uint8_t types[] = {
		[ROLE_ENDPOINT] = PCI_EXP_TYPE_ENDPOINT,
		[ROLE_INTEGRATED] = PCI_EXP_TYPE_RC_END,
		[ROLE_HOST_BRIDGE] = PCI_EXP_TYPE_ROOT_PORT,
		[ROLE_ROOT_PORT] = PCI_EXP_TYPE_ROOT_PORT,
		[ROLE_UPSTREAM] = PCI_EXP_TYPE_UPSTREAM,
		[ROLE_DOWNSTREAM] = PCI_EXP_TYPE_DOWNSTREAM,
		[ROLE_PCI_BRIDGE] = PCI_EXP_TYPE_PCI_BRIDGE,
	};

	return types[function->role];
}

static void put_express(struct random *random, const struct made_function *function,
			uint8_t *config)
{
	unsigned int version = one_in(random, 16) ? 1 : 2;

	put(config, EXPRESS, 2, PCI_CAP_ID_EXP);
	put(config, EXPRESS + PCI_EXP_FLAGS, 2, version | express_type(function) << 4);
	put(config, EXPRESS + PCI_EXP_DEVCAP2, 4,
	    one_in(random, 5) ? 0 : PCI_EXP_DEVCAP2_EE_PREFIX);
}

static void put_header(struct random *random, const struct made_function *function, uint8_t *config)
{
	bool has_bus = function->role >= ROLE_ROOT_PORT;

	put(config, PCI_VENDOR_ID, 4, function->vendor | (uint32_t)function->device << 16);
	if (function->is_vf)
		put(config, PCI_VENDOR_ID, 4, UINT32_MAX);
	put(config, PCI_COMMAND, 2, function->is_vf ? 0 : 6);
	put(config, PCI_STATUS, 2, PCI_STATUS_CAP_LIST);
	put(config, PCI_CLASS_REVISION, 4, function->class << 8 | 0x21);
	config[PCI_HEADER_TYPE] = has_bus ? PCI_HEADER_TYPE_BRIDGE : PCI_HEADER_TYPE_NORMAL;
	config[PCI_HEADER_TYPE] |= one_in(random, 3) ? 0x80 : 0;
	config[PCI_CAPABILITY_LIST] = 0x40;
	put(config, 0x40, 2, PCI_CAP_ID_PM);
	if (function->role == ROLE_CONVENTIONAL || function->role == ROLE_HOST_BRIDGE)
		return;
	config[0x41] = EXPRESS;
	put_express(random, function, config);
}

/* The extended part */

static unsigned int random_width(struct random *random)
{
	return one_in(random, 4) ? random_below(random, 32) : random_below(random, 21);
}

static void put_pasid(struct random *random, struct made_space *space, unsigned int at)
{
	bool is_enabled = !one_in(random, 3);

	space->capability = (uint16_t)(random_width(random) << 8 | random_below(random, 4) << 1);
	space->control = is_enabled | (one_in(random, 2) ? space->capability & 6 : 0);
	if (one_in(random, 32))
		space->control = (uint16_t)random_below(random, 8);
	space->state = space->control & PCI_PASID_CTRL_ENABLE ? STATE_ENABLED : STATE_OFF;
	space->pasid_at = (uint16_t)at;
	put(space->config, at + PCI_PASID_CAP, 2, space->capability);
	put(space->config, at + PCI_PASID_CTRL, 2, space->control);
}

static void put_registers(struct random *random, struct made_space *space, unsigned int id,
			  unsigned int at)
{
	uint8_t *config = space->config;

	switch (id) {
	case PCI_EXT_CAP_ID_PASID:
		put_pasid(random, space, at);
		break;
	case PCI_EXT_CAP_ID_ACS:
		put(config, at + PCI_ACS_CAP, 2, 0x5f);
		put(config, at + PCI_ACS_CTRL, 2, one_in(random, 4) ? 0 : 0x1d);
		break;
	case PCI_EXT_CAP_ID_ATS:
		put(config, at + PCI_ATS_CTRL, 2, one_in(random, 2) ? PCI_ATS_CTRL_ENABLE : 0);
		break;
	case PCI_EXT_CAP_ID_SRIOV:
		put(config, at + PCI_SRIOV_TOTAL_VF, 2, 4);
		put(config, at + PCI_SRIOV_NUM_VF, 2, 2);
		break;
	default:
		break;
	}
}

static void append(struct random *random, struct made_space *space, struct chain *chain,
		   unsigned int id, unsigned int length, unsigned int at)
{
	if (at + 4 > RANDOM_CONFIG_SIZE || chain->count == MAX_CAPS)
		return;
	if (id == PCI_EXT_CAP_ID_PASID)
		chain->pasid = (int)chain->count;
	put(space->config, at, 4, id | 1u << 16);
	put_registers(random, space, id, at);
	chain->ids[chain->count] = (uint16_t)id;
	chain->offsets[chain->count++] = (uint16_t)at;
	chain->end = at + length;
}

static bool has(const struct chain *chain, unsigned int id)
{
	for (unsigned int i = 0; i < chain->count; i++)
		if (chain->ids[i] == id)
			return true;
	return false;
}

static void append_some(struct random *random, struct made_space *space, struct chain *chain)
{
	unsigned int count = random_below(random, 4);

	while (count--) {
		const struct kind *kind =
			&kinds[random_below(random, one_in(random, 8) ? KINDS : KINDS - 1)];
		unsigned int gap = one_in(random, 2) ? 0 : 4 * random_below(random, 64);

		if (has(chain, kind->id))
			continue;
		append(random, space, chain, kind->id, kind->length,
		       chain->count ? chain->end + gap : EXTENDED);
		chain->has_unknown |= !kind->is_exact;
	}
}

/* At the end of config space, the capability may be cut off. */
static void append_pasid(struct random *random, struct made_function *function, struct chain *chain)
{
	static const uint16_t ends[] = { 0xff4, 0xff8, 0xffc };
	unsigned int at = chain->count ? chain->end : EXTENDED;

	if (chain->count && one_in(random, 8))
		at = ends[random_below(random, 3)];
	else if (chain->count && one_in(random, 2))
		at += 4 * random_below(random, 128);
	append(random, &function->space, chain, PCI_EXT_CAP_ID_PASID, 8, at);
	if (at == 0xffc) {
		function->space.state = STATE_UNKNOWN;
		note_odd(function, "its PASID capability is cut off by the end of config space");
	}
}

static void link_all(struct made_space *space, const struct chain *chain)
{
	for (unsigned int i = 0; i + 1 < chain->count; i++)
		put(space->config, chain->offsets[i], 4,
		    get(space->config, chain->offsets[i]) | (uint32_t)chain->offsets[i + 1] << 20);
}

static void set_next(struct made_space *space, unsigned int at, unsigned int next)
{
	put(space->config, at, 4, (get(space->config, at) & 0xfffff) | next << 20);
}

/* An offset at which there is no capability. */
static unsigned int free_offset(const struct chain *chain)
{
	unsigned int at = (chain->end + 0x40) & ~3u;

	return at < 0xf00 ? at : 0xfe0;
}

/* Changes the pointer of a capability, so that the rest of the chain is lost. */
static void spoil(struct random *random, struct made_function *function, const struct chain *chain)
{
	struct made_space *space = &function->space;
	unsigned int which = random_below(random, chain->count);
	unsigned int at = chain->offsets[which];
	bool is_lost = chain->pasid < 0 || (int)which < chain->pasid;
	enum state state = STATE_UNKNOWN;

	switch (random_below(random, 4)) {
	case 0:
		set_next(space, at, 4 * (1 + random_below(random, 0x3f)));
		note_odd(function, "the pointer at 0x%03x leads below 0x100", at);
		break;
	case 1:
		set_next(space, at, free_offset(chain));
		put(space->config, free_offset(chain), 4, UINT32_MAX);
		note_odd(function, "the pointer at 0x%03x leads to a header of ones", at);
		break;
	case 2:
		set_next(space, at, chain->offsets[random_below(random, which + 1)]);
		note_odd(function, "the chain loops at 0x%03x", at);
		state = STATE_NONE;
		break;
	default:
		set_next(space, at, free_offset(chain));
		note_odd(function, "the pointer at 0x%03x leads to zeros", at);
		state = STATE_NONE;
	}
	if (is_lost)
		space->state = state;
	space->place = NOT_KNOWN;
}

/* There are zeros at 0x100, or ones. */
static void put_no_chain(struct random *random, struct made_function *function)
{
	struct made_space *space = &function->space;

	space->state = STATE_NONE;
	if (one_in(random, 2))
		return;
	put(space->config, EXTENDED, 4, UINT32_MAX);
	space->state = STATE_UNKNOWN;
	space->place = NOT_KNOWN;
	note_odd(function, "its chain begins with a header of ones");
}

/* VFIO hides the head of a chain in this way. */
static void hide_head(struct made_function *function, struct chain *chain)
{
	struct made_space *space = &function->space;

	put(space->config, EXTENDED, 4, get(space->config, EXTENDED) & 0xfff00000);
	space->place = NOT_KNOWN;
	if (!chain->pasid)
		space->state = STATE_NONE;
	note_odd(function, "its chain begins with a header of ID 0");
}

static bool may_have_pasid(struct random *random, const struct made_function *function)
{
	if (function->is_vf)
		return one_in(random, 16);
	return function->role >= ROLE_HOST_BRIDGE ? one_in(random, 8) : !one_in(random, 5);
}

/* A virtual capability goes to the end, also where the function has one: VFIO hides that. */
static void note_place(struct made_space *space, const struct chain *chain)
{
	space->place = KNOWN;
	space->offset = 0xff8;
	if (chain->has_unknown || chain->end > 0xff8)
		space->place = NOT_KNOWN;
}

static void put_chain(struct random *random, struct made_function *function)
{
	struct made_space *space = &function->space;
	struct chain chain = { .pasid = -1 };

	if (!one_in(random, 20)) {
		append_some(random, space, &chain);
		if (may_have_pasid(random, function))
			append_pasid(random, function, &chain);
		if (chain.end < 0xc00)
			append_some(random, space, &chain);
	}
	note_place(space, &chain);
	if (!chain.count) {
		put_no_chain(random, function);
		return;
	}
	link_all(space, &chain);
	if (chain.pasid < 0)
		space->state = STATE_NONE;
	if (one_in(random, 8))
		spoil(random, function, &chain);
	else if (one_in(random, 64))
		hide_head(function, &chain);
}

/* What can be read */

static void cut_to_conventional(struct made_space *space)
{
	space->size = PCI_CFG_SPACE_SIZE;
	space->state = STATE_NONE;
	space->place = KNOWN_NOTHING;
}

static void cut(struct random *random, struct made_function *function)
{
	static const uint16_t sizes[] = { 0, 32, 64, 128, 256, 512, 2048, 4092 };
	struct made_space *space = &function->space;

	space->size = sizes[random_below(random, 8)];
	space->place = NOT_KNOWN;
	if (space->size == PCI_CFG_SPACE_SIZE) {
		cut_to_conventional(space);
	} else if (space->size == 64) {
		space->state = STATE_UNKNOWN;
		space->place = KNOWN_NOTHING;
	} else {
		space->state = STATE_OPEN;
	}
	note_odd(function, "%zu bytes of its config space can be read", space->size);
}

/*
 * All bytes of a function that is gone read as ones. If only the first ones do, the commands
 * may give one answer or another: list doesn't read them, and no hardware is like that.
 */
static void silence(struct random *random, struct made_function *function)
{
	static const uint16_t sizes[] = { RANDOM_CONFIG_SIZE, PCI_STD_HEADER_SIZEOF, 8 };
	struct made_space *space = &function->space;
	unsigned int size = sizes[random_below(random, 3)];

	memset(space->config, 0xff, size);
	space->place = NOT_KNOWN;
	space->state = size == RANDOM_CONFIG_SIZE ? STATE_UNKNOWN : STATE_OPEN;
	note_odd(function, "%u bytes of its config space read as ones", size);
}

/* Takes the extended config space from random_config(). */
static void put_anything(struct random *random, struct made_function *function)
{
	struct random_config anything;
	struct made_space *space = &function->space;

	random_config(random, &anything);
	memcpy(space->config + EXTENDED, anything.config + EXTENDED,
	       sizeof(anything.config) - EXTENDED);
	space->state = STATE_OPEN;
	space->place = NOT_KNOWN;
	note_odd(function, "its extended config space is made at random");
}

void random_space(struct random *random, struct made_function *function)
{
	struct made_space *space = &function->space;

	memset(space, 0, sizeof(*space));
	space->size = RANDOM_CONFIG_SIZE;
	put_header(random, function, space->config);
	put_chain(random, function);
	if (one_in(random, 24))
		put_anything(random, function);
	if (one_in(random, 24))
		cut(random, function);
	else if (function->role == ROLE_CONVENTIONAL && !one_in(random, 4))
		cut_to_conventional(space);
	if (one_in(random, 24))
		silence(random, function);
	/* Bridges, and functions that no guest looks for extended capabilities in. */
	if (function->class >> 16 == 0x06 || function->role >= ROLE_ROOT_PORT ||
	    function->role == ROLE_CONVENTIONAL)
		space->place = KNOWN_NOTHING;
}
