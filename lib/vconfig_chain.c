// SPDX-License-Identifier: MIT
/*
 * Links the chain of extended capabilities as the guest sees it.
 */
#include <string.h>

#include "bytes.h"
#include "place_search.h"
#include "vconfig_internal.h"

struct chain {
	struct vpasid_vconfig *vconfig;
	unsigned int last;	      /* offset of the last header so far; 0: there is none */
	bool linked[VPASID_MAX_CAPS]; /* the virtual capabilities that are in it */
};

static bool is_device(const struct vpasid_vconfig *vconfig, unsigned int offset)
{
	return vconfig->owners[offset / DWORD] == OWNER_DEVICE;
}

static void set_owner(struct vpasid_vconfig *vconfig, unsigned int offset, unsigned int length,
		      uint8_t owner)
{
	memset(vconfig->owners + offset / DWORD, owner, (length + DWORD - 1) / DWORD);
}

/* If nothing changes, the header stays the device's. */
static void write_header(struct vpasid_vconfig *vconfig, unsigned int offset, uint32_t header)
{
	if (get_le32(vconfig->config + offset) == header)
		return;
	put_le32(vconfig->config + offset, header);
	if (is_device(vconfig, offset))
		set_owner(vconfig, offset, DWORD, OWNER_VIEW);
}

static uint32_t make_header(const struct vpasid_cap *cap)
{
	return cap->id | (uint32_t)cap->version << 16;
}

/* Changes the pointer only. If it leads there already, its reserved bits stay as they are. */
static void point(struct vpasid_vconfig *vconfig, unsigned int offset, unsigned int next)
{
	uint32_t header = get_le32(vconfig->config + offset);

	if ((header >> 20 & ~3u) == next)
		return;
	if (is_device(vconfig, offset))
		dwords_add(&vconfig->pointers, offset, DWORD);
	write_header(vconfig, offset, (header & 0xfffff) | next << 20);
}

static void append(struct chain *chain, unsigned int offset)
{
	if (chain->last)
		point(chain->vconfig, chain->last, offset);
	chain->last = offset;
}

/* The virtual capability at an offset, or NULL. */
static const struct vpasid_vcap *find_cap(const struct vpasid_vconfig *vconfig, unsigned int offset)
{
	for (unsigned int i = 0; i < vconfig->cap_count; i++) {
		if (vconfig->caps[i].cap.offset == offset)
			return &vconfig->caps[i];
	}
	return NULL;
}

static void append_cap(struct chain *chain, const struct vpasid_vcap *vcap)
{
	append(chain, vcap->cap.offset);
	chain->linked[vcap - chain->vconfig->caps] = true;
}

/* A guest never reaches the host's PASID, even if it has none. */
static bool is_taken_out(const struct vpasid_vconfig *vconfig,
			 const struct vpasid_vconfig_request *request, uint16_t id)
{
	if (id == VPASID_EXT_CAP_PASID)
		return true;
	for (size_t i = 0; i < request->masked_count; i++) {
		if (request->masked[i] == id)
			return true;
	}
	for (unsigned int i = 0; i < vconfig->cap_count; i++) {
		if (vconfig->caps[i].cap.id == id && !vpasid_cap_repeats(id))
			return true;
	}
	return false;
}

/* The guest reads zeros in place of the physical registers, as far as they are known. */
static void remove_cap(struct vpasid_vconfig *vconfig, const struct vpasid_span *span)
{
	unsigned int length = span->length;
	unsigned int least = vpasid_cap_emulated_length(span->id);

	if (!least)
		least = DWORD;
	if (!(span->flags & VPASID_SPAN_EXACT) && length > least)
		length = least;
	memset(vconfig->config + span->offset, 0, length);
	set_owner(vconfig, span->offset, length, OWNER_VIEW);
}

/*
 * The chain has to begin at 0x100. If the guest has no capability there, it gets a header
 * with ID 0: that is how VFIO hides the head, and Linux and lspci understand it.
 */
static void begin_chain(struct chain *chain, bool has_head)
{
	const struct vpasid_vcap *vcap = find_cap(chain->vconfig, VPASID_CONFIG_CONVENTIONAL);

	if (vcap) {
		append_cap(chain, vcap);
	} else if (!has_head) {
		/* it reads as all ones if nothing answers there */
		write_header(chain->vconfig, VPASID_CONFIG_CONVENTIONAL, 0);
		set_owner(chain->vconfig, VPASID_CONFIG_CONVENTIONAL, DWORD, OWNER_VIEW);
		append(chain, VPASID_CONFIG_CONVENTIONAL);
	}
}

void vpasid_vconfig_link(struct vpasid_vconfig *vconfig, const struct vpasid_layout *layout,
			 const struct vpasid_vconfig_request *request)
{
	struct chain chain = { .vconfig = vconfig };
	bool has_head = layout->span_count && !is_taken_out(vconfig, request, layout->spans[0].id);

	for (unsigned int i = 0; i < layout->span_count; i++) {
		if (is_taken_out(vconfig, request, layout->spans[i].id))
			remove_cap(vconfig, &layout->spans[i]);
	}
	for (unsigned int i = 0; i < vconfig->cap_count; i++) {
		const struct vpasid_cap *cap = &vconfig->caps[i].cap;

		set_owner(vconfig, cap->offset, cap->length, (uint8_t)(OWNER_CAP + i));
		put_le32(vconfig->config + cap->offset, make_header(cap));
	}

	begin_chain(&chain, has_head);
	for (unsigned int i = 0; i < layout->span_count; i++) {
		const struct vpasid_span *span = &layout->spans[i];
		const struct vpasid_vcap *vcap = find_cap(vconfig, span->offset);

		if (vcap && !chain.linked[vcap - vconfig->caps])
			append_cap(&chain, vcap);
		else if (!vcap && !is_taken_out(vconfig, request, span->id))
			append(&chain, span->offset);
	}
	for (unsigned int i = 0; i < vconfig->cap_count; i++) {
		if (!chain.linked[i])
			append_cap(&chain, &vconfig->caps[i]);
	}
	point(vconfig, chain.last, 0);
}
