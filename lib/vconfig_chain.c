// SPDX-License-Identifier: MIT
/*
 * Links the chain of extended capabilities as the guest sees it.
 */
#include <string.h>

#include "bytes.h"
#include "vconfig_internal.h"

#define PASID_VERSION 1

struct chain {
	struct vpasid_vconfig *vconfig;
	unsigned int last; /* offset of the last header so far; 0: there is none */
};

/* If nothing changes, the header stays the device's. */
static void write_header(struct vpasid_vconfig *vconfig, unsigned int offset, uint32_t header)
{
	if (get_le32(vconfig->config + offset) == header)
		return;
	put_le32(vconfig->config + offset, header);
	dwords_add(&vconfig->own, offset, DWORD);
}

static uint32_t make_header(unsigned int id, unsigned int version, unsigned int next)
{
	return id | version << 16 | next << 20;
}

/* Changes the pointer only. If it leads there already, its reserved bits stay as they are. */
static void point(struct vpasid_vconfig *vconfig, unsigned int offset, unsigned int next)
{
	uint32_t header = get_le32(vconfig->config + offset);

	if ((header >> 20 & ~3u) == next)
		return;
	write_header(vconfig, offset, (header & 0xfffff) | next << 20);
}

static void append(struct chain *chain, unsigned int offset)
{
	if (chain->last)
		point(chain->vconfig, chain->last, offset);
	chain->last = offset;
}

/* The guest reads zeros in place of the physical registers. */
static void remove_pasid(struct vpasid_vconfig *vconfig, const struct vpasid_span *span)
{
	unsigned int length = span->length;

	if (length > VPASID_CAP_LENGTH)
		length = VPASID_CAP_LENGTH;
	memset(vconfig->config + span->offset, 0, length);
	dwords_add(&vconfig->own, span->offset, length);
}

/*
 * The chain has to begin at 0x100. If the guest has no capability there, it gets a header
 * with ID 0: that is how VFIO hides the head, and Linux and lspci understand it.
 */
static void begin_chain(struct chain *chain, const struct vpasid_layout *layout)
{
	bool has_head = layout->span_count && layout->spans[0].id != VPASID_EXT_CAP_PASID;

	chain->last = 0;
	if (has_head || chain->vconfig->offset == VPASID_CONFIG_CONVENTIONAL)
		return;
	/* it reads as all ones if nothing answers there */
	write_header(chain->vconfig, VPASID_CONFIG_CONVENTIONAL, 0);
	append(chain, VPASID_CONFIG_CONVENTIONAL);
}

void vpasid_vconfig_link(struct vpasid_vconfig *vconfig, const struct vpasid_layout *layout)
{
	struct chain chain = { .vconfig = vconfig };
	bool in_place = false;

	for (unsigned int i = 0; i < layout->span_count; i++) {
		if (layout->spans[i].id == VPASID_EXT_CAP_PASID)
			remove_pasid(vconfig, &layout->spans[i]);
	}
	write_header(vconfig, vconfig->offset, make_header(VPASID_EXT_CAP_PASID, PASID_VERSION, 0));

	begin_chain(&chain, layout);
	for (unsigned int i = 0; i < layout->span_count; i++) {
		const struct vpasid_span *span = &layout->spans[i];

		if (span->offset == vconfig->offset)
			in_place = true;
		else if (span->id == VPASID_EXT_CAP_PASID)
			continue;
		append(&chain, span->offset);
	}
	if (!in_place)
		append(&chain, vconfig->offset);
	point(vconfig, chain.last, 0);
}
