// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <string.h>

#include <vpasid/place.h>

#include "bytes.h"
#include "dwords.h"

_Static_assert(sizeof(struct vpasid_placement) == 16, "the size is ABI");

#define HIGHEST (VPASID_CONFIG_SIZE - VPASID_CAP_LENGTH)

struct search {
	const struct vpasid_place_request *request;
	const uint8_t *config;
	const struct vpasid_layout *layout;
	struct dwords claimed; /* by a capability or a quirk */
};

static bool is_zero(const struct search *search, unsigned int offset)
{
	return !get_le32(search->config + offset);
}

static bool is_free(const struct search *search, unsigned int offset)
{
	/* in this order, because most of a space with little room isn't zero */
	return is_zero(search, offset) && !dwords_has(&search->claimed, offset);
}

/* The longest extent that a quirk has for a capability; 0 if there is none. */
static unsigned int longest_extent(const struct vpasid_span *span,
				   const struct vpasid_quirk *const *quirks, size_t quirk_count)
{
	unsigned int longest = 0;

	for (size_t i = 0; i < quirk_count; i++) {
		for (unsigned int j = 0; j < quirks[i]->extent_count; j++) {
			const struct vpasid_range *range = &quirks[i]->extents[j];

			if (range->offset == span->offset && range->length <= span->length &&
			    range->length > longest)
				longest = range->length;
		}
	}
	return longest;
}

unsigned int vpasid_span_reach(const struct vpasid_span *span,
			       const struct vpasid_quirk *const *quirks, size_t quirk_count,
			       bool *known)
{
	unsigned int length = span->length;

	if (!(span->flags & VPASID_SPAN_EXACT))
		length = longest_extent(span, quirks, quirk_count);
	*known = length;
	return length ? length : span->length;
}

static unsigned int reach(const struct search *search, const struct vpasid_span *span, bool *known)
{
	return vpasid_span_reach(span, search->request->quirks, search->request->quirk_count,
				 known);
}

static void claim_spans(struct search *search)
{
	const struct vpasid_layout *layout = search->layout;
	bool known;

	for (unsigned int i = 0; i < layout->span_count; i++)
		dwords_add(&search->claimed, layout->spans[i].offset,
			   reach(search, &layout->spans[i], &known));
}

static void claim_hidden(struct search *search)
{
	const struct vpasid_place_request *request = search->request;

	for (size_t i = 0; i < request->quirk_count; i++) {
		const struct vpasid_quirk *quirk = request->quirks[i];

		for (unsigned int j = 0; j < quirk->hidden_count; j++)
			dwords_add(&search->claimed, quirk->hidden[j].offset,
				   quirk->hidden[j].length);
	}
}

/*
 * A function without extended capabilities gets a placeholder at 0x100, unless the
 * virtual capability itself goes there. Either way that dword must be free.
 */
static bool head_is_hidden(const struct search *search)
{
	return !search->layout->span_count &&
	       dwords_has(&search->claimed, VPASID_CONFIG_CONVENTIONAL);
}

/* What stands in the way at a dword: @obstacle covers at least that dword */

static bool find_span(const struct search *search, unsigned int at,
		      struct vpasid_obstacle *obstacle)
{
	const struct vpasid_layout *layout = search->layout;

	for (unsigned int i = 0; i < layout->span_count; i++) {
		const struct vpasid_span *span = &layout->spans[i];
		bool known;
		unsigned int length = reach(search, span, &known);

		if (at < span->offset || at >= span->offset + length)
			continue;

		*obstacle = (struct vpasid_obstacle){
			.offset = span->offset,
			.length = (uint16_t)length,
			.span = span->offset,
			.id = span->id,
			.code = known ? VPASID_OBSTACLE_SPAN : VPASID_OBSTACLE_INEXACT_SPAN,
		};
		if (span->offset == VPASID_CONFIG_CONVENTIONAL && span->id == VPASID_EXT_CAP_NULL)
			obstacle->code = VPASID_OBSTACLE_HEAD;
		return true;
	}
	return false;
}

static bool overlaps(const struct vpasid_range *range, unsigned int at)
{
	return range->offset < at + DWORD && at < (unsigned int)range->offset + range->length;
}

static bool find_hidden(const struct search *search, unsigned int at,
			struct vpasid_obstacle *obstacle)
{
	const struct vpasid_place_request *request = search->request;

	for (size_t i = 0; i < request->quirk_count; i++) {
		const struct vpasid_quirk *quirk = request->quirks[i];

		for (unsigned int j = 0; j < quirk->hidden_count; j++) {
			if (!overlaps(&quirk->hidden[j], at))
				continue;
			*obstacle = (struct vpasid_obstacle){
				.quirk = quirk,
				.offset = quirk->hidden[j].offset,
				.length = quirk->hidden[j].length,
				.code = VPASID_OBSTACLE_HIDDEN,
			};
			return true;
		}
	}
	return false;
}

/* The unclaimed dwords from @at downward that are all zero, or all non-zero. */
static void find_run(const struct search *search, unsigned int at, struct vpasid_obstacle *obstacle)
{
	bool zero = is_zero(search, at);
	unsigned int start = at;

	while (start > VPASID_CONFIG_CONVENTIONAL && !dwords_has(&search->claimed, start - DWORD) &&
	       is_zero(search, start - DWORD) == zero)
		start -= DWORD;

	*obstacle = (struct vpasid_obstacle){
		.offset = (uint16_t)start,
		.length = (uint16_t)(at + DWORD - start),
		.code = zero ? VPASID_OBSTACLE_SMALL : VPASID_OBSTACLE_NONZERO,
	};
}

static void find_obstacle(const struct search *search, unsigned int at,
			  struct vpasid_obstacle *obstacle)
{
	if (!find_span(search, at, obstacle) && !find_hidden(search, at, obstacle))
		find_run(search, at, obstacle);
}

static void tell(const struct search *search, const struct vpasid_obstacle *obstacle)
{
	if (search->request->obstacle)
		search->request->obstacle(search->request->opaque, obstacle);
}

static void tell_code(const struct search *search, unsigned int offset, unsigned int length,
		      enum vpasid_obstacle_code code)
{
	tell(search, &(struct vpasid_obstacle){ .offset = (uint16_t)offset,
						.length = (uint16_t)length,
						.code = code });
}

/* If there are enough free bytes, the placeholder is what has no room. */
static bool is_room(const struct vpasid_obstacle *obstacle)
{
	return obstacle->code == VPASID_OBSTACLE_SMALL && obstacle->length >= VPASID_CAP_LENGTH;
}

static void tell_all(const struct search *search)
{
	unsigned int end = VPASID_CONFIG_SIZE;

	while (search->request->obstacle && end > VPASID_CONFIG_CONVENTIONAL) {
		struct vpasid_obstacle obstacle;

		find_obstacle(search, end - DWORD, &obstacle);
		if (!is_room(&obstacle))
			tell(search, &obstacle);
		end = obstacle.offset & ~(DWORD - 1u);
	}

	if (head_is_hidden(search))
		tell_code(search, VPASID_CONFIG_CONVENTIONAL, DWORD, VPASID_OBSTACLE_HEAD);
}

/*
 * Guests look for extended capabilities in functions that have the PCI Express Capability
 * alone, and find it by the list that is walked here.
 */
static bool is_seen_by_guests(const struct search *search)
{
	return vpasid_conventional_find(search->config, VPASID_CONFIG_SIZE, PCI_CAP_ID_EXP) > 0;
}

/* The rules of vpasid_place(), in their order */

static unsigned int prescribed(const struct vpasid_place_request *request)
{
	unsigned int offset = 0;

	for (size_t i = 0; i < request->quirk_count; i++) {
		if (request->quirks[i]->offset)
			offset = request->quirks[i]->offset;
	}
	return offset;
}

/*
 * Does another capability than PASID stand within the eight bytes? If its length isn't
 * known, only its header counts.
 */
static bool contradicts(const struct search *search, unsigned int offset,
			struct vpasid_obstacle *obstacle)
{
	for (unsigned int at = offset; at < offset + VPASID_CAP_LENGTH; at += DWORD) {
		if (find_span(search, at, obstacle) && obstacle->id != VPASID_EXT_CAP_PASID &&
		    (obstacle->code != VPASID_OBSTACLE_INEXACT_SPAN || obstacle->span == at))
			return true;
	}
	return false;
}

static unsigned int physical(const struct search *search)
{
	const struct vpasid_span *span = vpasid_layout_find(search->layout, VPASID_EXT_CAP_PASID);

	return span && (span->flags & VPASID_SPAN_EXACT) ? span->offset : 0;
}

static unsigned int highest_gap(const struct search *search)
{
	bool free_above = false;

	if (head_is_hidden(search))
		return 0;

	for (unsigned int at = HIGHEST + DWORD; at >= VPASID_CONFIG_CONVENTIONAL; at -= DWORD) {
		bool free = is_free(search, at);

		if (free && free_above)
			return at;
		free_above = free;
	}
	return 0;
}

/* Returns 0, or -EBUSY after telling what stands there. */
static int check_gap(const struct search *search, unsigned int offset)
{
	struct vpasid_obstacle obstacle;

	if (head_is_hidden(search)) {
		tell_code(search, VPASID_CONFIG_CONVENTIONAL, DWORD, VPASID_OBSTACLE_HEAD);
		return -EBUSY;
	}

	for (unsigned int at = offset; at < offset + VPASID_CAP_LENGTH; at += DWORD) {
		if (is_free(search, at))
			continue;
		find_obstacle(search, at, &obstacle);
		tell(search, &obstacle);
		return -EBUSY;
	}
	return 0;
}

static int check_bounds(const struct search *search, unsigned int offset)
{
	if (offset < VPASID_CONFIG_CONVENTIONAL || offset > HIGHEST) {
		tell_code(search, offset, VPASID_CAP_LENGTH, VPASID_OBSTACLE_OUTSIDE);
		return -EBUSY;
	}
	if (offset % DWORD) {
		tell_code(search, offset, VPASID_CAP_LENGTH, VPASID_OBSTACLE_UNALIGNED);
		return -EBUSY;
	}
	return 0;
}

static int check_quirk(const struct search *search, unsigned int offset)
{
	struct vpasid_obstacle obstacle;
	int ret = check_bounds(search, offset);

	if (ret)
		return ret;
	if (!contradicts(search, offset, &obstacle))
		return 0;

	tell(search, &obstacle);
	return -EBUSY;
}

static int check_explicit(const struct search *search, unsigned int offset)
{
	int ret;

	if (!is_seen_by_guests(search))
		return -ENXIO;
	ret = check_bounds(search, offset);
	if (ret)
		return ret;
	if (offset == prescribed(search->request))
		return check_quirk(search, offset);
	if (search->layout->broken)
		return -EPROTO;
	if (offset == physical(search))
		return 0;
	return check_gap(search, offset);
}

static int choose(const struct search *search, struct vpasid_placement *placement)
{
	unsigned int offset = prescribed(search->request);

	if (!is_seen_by_guests(search))
		return -ENXIO;
	if (offset) {
		int ret = check_quirk(search, offset);

		placement->offset = (uint16_t)offset;
		placement->reason = VPASID_PLACE_QUIRK;
		return ret;
	}
	if (search->layout->broken)
		return -EPROTO;
	if (search->layout->loops)
		return -ELOOP;

	placement->reason = VPASID_PLACE_PHYSICAL;
	placement->offset = (uint16_t)physical(search);
	if (placement->offset)
		return 0;

	placement->reason = VPASID_PLACE_GAP;
	placement->offset = (uint16_t)highest_gap(search);
	if (placement->offset)
		return 0;

	tell_all(search);
	return -ENOSPC;
}

static int begin(struct search *search, const struct vpasid_place_request *request,
		 struct vpasid_layout *layout)
{
	if (request->size != VPASID_CONFIG_SIZE)
		return -EINVAL;

	memset(search, 0, sizeof(*search));
	search->request = request;
	search->config = request->config;
	search->layout = request->layout;
	if (!request->layout) {
		int ret = vpasid_layout_read(request->config, request->size, layout);

		if (ret < 0)
			return ret;
		search->layout = layout;
	}

	claim_spans(search);
	claim_hidden(search);
	return 0;
}

int vpasid_place(const struct vpasid_place_request *request, struct vpasid_placement *placement)
{
	struct vpasid_placement found = { .offset = request->offset };
	struct vpasid_layout layout;
	struct search search;
	int ret;

	memset(placement, 0, sizeof(*placement));
	ret = begin(&search, request, &layout);
	if (ret)
		return ret;

	if (request->offset) {
		found.reason = VPASID_PLACE_EXPLICIT;
		ret = check_explicit(&search, request->offset);
	} else {
		ret = choose(&search, &found);
	}
	if (ret)
		return ret;

	found.digest = vpasid_layout_digest(search.layout);
	*placement = found;
	return 0;
}

int vpasid_place_verify(const struct vpasid_place_request *request,
			const struct vpasid_placement *placement)
{
	struct vpasid_layout layout;
	struct search search;
	int ret = begin(&search, request, &layout);

	if (ret)
		return ret;
	if (vpasid_layout_digest(search.layout) != placement->digest)
		return -ESTALE;
	return check_explicit(&search, placement->offset);
}

int vpasid_obstacle_describe(const struct vpasid_obstacle *obstacle, char *text, size_t size)
{
	unsigned int first = obstacle->offset;
	unsigned int last = first + obstacle->length - 1;
	const char *name = vpasid_ext_cap_name(obstacle->id);
	char number[32];

	snprintf(number, sizeof(number), "capability 0x%04x", obstacle->id);
	if (!name)
		name = number;

	switch (obstacle->code) {
	case VPASID_OBSTACLE_UNALIGNED:
		return snprintf(text, size, "0x%03x isn't a multiple of 4", first);
	case VPASID_OBSTACLE_OUTSIDE:
		return snprintf(text, size,
				"0x%03x: eight bytes there aren't all within 0x100-0xfff", first);
	case VPASID_OBSTACLE_SPAN:
		return snprintf(text, size, "0x%03x-0x%03x: %s stands there", first, last, name);
	case VPASID_OBSTACLE_INEXACT_SPAN:
		return snprintf(text, size, "0x%03x-0x%03x: %s, of unknown length, may reach there",
				first, last, name);
	case VPASID_OBSTACLE_NONZERO:
		return snprintf(text, size, "0x%03x-0x%03x: the device reads non-zero there", first,
				last);
	case VPASID_OBSTACLE_HIDDEN:
		return snprintf(text, size, "0x%03x-0x%03x: registers hide there, says %s:%u (%s)",
				first, last, obstacle->quirk->file, obstacle->quirk->line,
				obstacle->quirk->source);
	case VPASID_OBSTACLE_SMALL:
		return snprintf(text, size, "0x%03x-0x%03x: free, but fewer than eight bytes",
				first, last);
	case VPASID_OBSTACLE_HEAD:
		return snprintf(text, size,
				"0x%03x-0x%03x: the placeholder at the chain's head stands there",
				first, last);
	default:
		return snprintf(text, size, "0x%03x-0x%03x: something unknown stands there", first,
				last);
	}
}

const char *vpasid_place_reason_name(unsigned int reason)
{
	switch (reason) {
	case VPASID_PLACE_QUIRK:
		return "quirk";
	case VPASID_PLACE_PHYSICAL:
		return "physical";
	case VPASID_PLACE_GAP:
		return "gap";
	case VPASID_PLACE_EXPLICIT:
		return "explicit";
	default:
		return "unknown";
	}
}
