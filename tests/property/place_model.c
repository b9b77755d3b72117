// SPDX-License-Identifier: MIT
#include <errno.h>
#include <string.h>

#include <vpasid/place.h>

#include "place_model.h"

static void mark(bool *map, unsigned int offset, unsigned int length)
{
	for (unsigned int i = 0; i < length; i++)
		map[offset + i] = true;
}

static bool any(const bool *map, unsigned int offset)
{
	for (unsigned int i = 0; i < 8; i++) {
		if (map[offset + i])
			return true;
	}
	return false;
}

unsigned int model_reach(const struct vpasid_span *span, const struct vpasid_quirk *const *quirks,
			 size_t count, bool *known)
{
	unsigned int longest = 0;

	*known = true;
	if (span->flags & VPASID_SPAN_EXACT)
		return span->length;
	for (size_t i = 0; i < count; i++) {
		for (unsigned int j = 0; j < quirks[i]->extent_count; j++) {
			struct vpasid_range range = quirks[i]->extents[j];

			if (range.offset == span->offset && range.length <= span->length &&
			    range.length > longest)
				longest = range.length;
		}
	}
	if (longest)
		return longest;
	*known = false;
	return span->length;
}

static void mark_spans(struct model *model, const struct vpasid_layout *layout,
		       const struct vpasid_quirk *const *quirks, size_t count)
{
	for (unsigned int i = 0; i < layout->span_count; i++) {
		const struct vpasid_span *span = &layout->spans[i];
		bool known;
		unsigned int length = model_reach(span, quirks, count, &known);

		mark(known ? model->known : model->may, span->offset, length);
		if (span->id != 0x1b)
			mark(model->other, span->offset, known ? length : 4);
		else if (!model->physical && vpasid_layout_find(layout, 0x1b) == span &&
			 span->flags & VPASID_SPAN_EXACT)
			model->physical = span->offset;
	}
}

/* Does the pointer of any header lead to that header, or to one before it in the chain? */
static bool chain_loops(const struct vpasid_layout *layout)
{
	for (unsigned int i = 0; i < layout->span_count; i++) {
		for (unsigned int j = 0; j <= i; j++) {
			if (layout->spans[i].next == layout->spans[j].offset)
				return true;
		}
	}
	return false;
}

/* The list of conventional capabilities, as far as a guest would follow it */
static bool has_express(const uint8_t *config)
{
	unsigned int offset = config[0x06] & 0x10 ? config[0x34] & 0xfc : 0;

	for (int i = 0; i < 48 && offset >= 0x40 && config[offset] != 0xff; i++) {
		if (config[offset] == 0x10)
			return true;
		offset = config[offset + 1] & 0xfc;
	}
	return false;
}

static void mark_quirk(struct model *model, const struct vpasid_quirk *quirk)
{
	for (unsigned int i = 0; i < quirk->hidden_count; i++)
		mark(model->hidden, quirk->hidden[i].offset, quirk->hidden[i].length);
	if (quirk->offset)
		model->prescribed = quirk->offset;
}

void model_look(struct model *model, const uint8_t *config, const struct vpasid_layout *layout,
		const struct vpasid_quirk *const *quirks, size_t count)
{
	memset(model, 0, sizeof(*model));
	model->broken = layout->broken;
	model->loops = chain_loops(layout);
	model->is_conventional = !has_express(config);
	for (unsigned int i = 0x100; i < MODEL_SIZE; i++)
		model->nonzero[i] = config[i];
	for (size_t i = 0; i < count; i++)
		mark_quirk(model, quirks[i]);
	mark_spans(model, layout, quirks, count);

	if (layout->span_count)
		return;
	for (unsigned int i = 0x100; i < 0x104; i++)
		model->headless |= model->hidden[i];
}

bool model_is_free(const struct model *model, unsigned int offset)
{
	return !any(model->known, offset) && !any(model->may, offset) &&
	       !any(model->hidden, offset) && !any(model->nonzero, offset);
}

int model_choose(const struct model *model, unsigned int *offset, unsigned int *reason)
{
	if (model->is_conventional)
		return -ENXIO;
	*offset = model->prescribed;
	*reason = VPASID_PLACE_QUIRK;
	if (*offset)
		return any(model->other, *offset) ? -EBUSY : 0;
	if (model->broken)
		return -EPROTO;
	if (model->loops)
		return -ELOOP;

	*offset = model->physical;
	*reason = VPASID_PLACE_PHYSICAL;
	if (*offset)
		return 0;

	*reason = VPASID_PLACE_GAP;
	for (unsigned int at = 0xff8; at >= 0x100 && !model->headless; at -= 4) {
		if (model_is_free(model, at)) {
			*offset = at;
			return 0;
		}
	}
	return -ENOSPC;
}

int model_admits(const struct model *model, unsigned int offset)
{
	if (model->is_conventional)
		return -ENXIO;
	if (offset < 0x100 || offset > 0xff8 || offset % 4)
		return -EBUSY;
	if (offset == model->prescribed)
		return any(model->other, offset) ? -EBUSY : 0;
	if (model->broken)
		return -EPROTO;
	if (offset == model->physical)
		return 0;
	return model_is_free(model, offset) && !model->headless ? 0 : -EBUSY;
}

/* Lists */

static bool all_clear(const bool *bytes, unsigned int offset, unsigned int length)
{
	for (unsigned int i = offset; i < offset + length; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

static unsigned int own_place(const struct model *model, const struct vpasid_layout *layout,
			      const struct vpasid_cap *cap)
{
	(void)model;
	if (cap->id == 0x0b || cap->id == 0x23 || cap->id == 0x2e)
		return 0;
	for (unsigned int i = 0; i < layout->span_count; i++) {
		const struct vpasid_span *span = &layout->spans[i];

		if (span->id != cap->id)
			continue;
		return span->flags & VPASID_SPAN_EXACT && span->length >= cap->length ? span->offset
										      : 0;
	}
	return 0;
}

/* Which bytes are taken, for the whole list. */
struct board {
	bool taken[MODEL_SIZE];	  /* no gap */
	bool virtual[MODEL_SIZE]; /* by the list */
	bool outside[MODEL_SIZE];
};

static void put_on(struct board *board, const struct vpasid_cap *cap)
{
	memset(board->taken + cap->offset, true, cap->length);
	memset(board->virtual + cap->offset, true, cap->length);
}

static int fix(const struct model *model, const struct vpasid_layout *layout,
	       const struct board *board, struct vpasid_cap *cap)
{
	unsigned int own = own_place(model, layout, cap);
	bool is_asked = cap->offset;
	bool is_prescribed = cap->id == 0x1b && model->prescribed &&
			     (!is_asked || cap->offset == model->prescribed);

	cap->reason = is_asked ? VPASID_PLACE_EXPLICIT : VPASID_PLACE_QUIRK;
	if (!is_asked && is_prescribed)
		cap->offset = (uint16_t)model->prescribed;
	if (cap->offset &&
	    (cap->offset < 0x100 || cap->offset + cap->length > 0x1000 || cap->offset % 4))
		return -EBUSY;
	if (own && !all_clear(board->outside, own, cap->length))
		own = 0;
	if (is_prescribed)
		return all_clear(board->outside, cap->offset, 8) &&
				       all_clear(board->virtual, cap->offset, 8) &&
				       !any(model->other, cap->offset)
			       ? 0
			       : -EBUSY;
	if (model->broken)
		return -EPROTO;
	if (is_asked && cap->offset != own)
		return all_clear(board->taken, cap->offset, cap->length) && !model->headless
			       ? 0
			       : -EBUSY;
	if (!is_asked && model->loops)
		return -ELOOP;
	if (!is_asked)
		cap->reason = own ? VPASID_PLACE_PHYSICAL : VPASID_PLACE_GAP;
	cap->offset = (uint16_t)own;
	return own && !all_clear(board->virtual, own, cap->length) ? -EBUSY : 0;
}

static bool fill_gap(const struct model *model, struct board *board, struct vpasid_cap *cap)
{
	for (unsigned int at = 0x1000 - cap->length; at >= 0x100 && !model->headless; at -= 4) {
		if (!all_clear(board->taken, at, cap->length))
			continue;
		cap->offset = (uint16_t)at;
		put_on(board, cap);
		return true;
	}
	return false;
}

int model_place(const struct model *model, const struct vpasid_layout *layout,
		const bool allowed[MODEL_SIZE], struct vpasid_cap *caps, unsigned int count)
{
	static struct board board, again;
	struct vpasid_cap before[VPASID_MAX_CAPS];
	bool fits = true;

	if (model->is_conventional)
		return -ENXIO;
	memset(&board, 0, sizeof(board));
	for (unsigned int i = 0; i < MODEL_SIZE; i++) {
		board.outside[i] = !allowed[i];
		board.taken[i] =
			model->known[i] || model->may[i] || model->hidden[i] || !allowed[i];
		for (unsigned int j = i / 4 * 4; j < i / 4 * 4 + 4; j++)
			board.taken[i] |= model->nonzero[j];
	}
	for (unsigned int i = 0; i < count; i++) {
		int ret = fix(model, layout, &board, &caps[i]);

		if (ret)
			return ret;
		if (caps[i].offset)
			put_on(&board, &caps[i]);
	}

	memcpy(before, caps, count * sizeof(*caps));
	again = board;
	for (unsigned int i = 0; fits && i < count; i++)
		fits = caps[i].offset || fill_gap(model, &board, &caps[i]);
	if (fits)
		return 0;
	memcpy(caps, before, count * sizeof(*caps));
	for (unsigned int length = 0xf00; length; length -= 4) {
		for (unsigned int i = 0; i < count; i++) {
			if (caps[i].length == length && !caps[i].offset &&
			    !fill_gap(model, &again, &caps[i]))
				return -ENOSPC;
		}
	}
	return 0;
}
