// SPDX-License-Identifier: MIT
#include <errno.h>
#include <string.h>

#include "argsz.h"
#include "bytes.h"
#include "place_search.h"

/* The extended space begins with a word of a set. */
#define WORDS (VPASID_CONFIG_SIZE / DWORDS_WORD_BYTES)

_Static_assert(VPASID_CONFIG_CONVENTIONAL % DWORDS_WORD_BYTES == 0, "a word is all or nothing");

static bool is_zero(const struct vpasid_search *search, unsigned int offset)
{
	return !get_le32(search->config + offset);
}

/* Looks at the dwords of a word of the set. */
static uint64_t look_at(const struct vpasid_search *search, unsigned int word)
{
	unsigned int start = word * DWORDS_WORD_BYTES;
	const uint8_t *bytes = search->config + start;
	uint64_t zeros = 0;

	/* without a branch for each, because a space is full of both kinds */
	for (size_t i = 0; i < DWORDS_WORD_BITS; i++)
		zeros |= (uint64_t)!get_le32(bytes + i * DWORD) << i;
	return zeros & ~(search->claimed.words[word] | search->outside.words[word]);
}

/* Each word is looked at once, and no further down than needed. */
static uint64_t free_word(struct vpasid_search *search, unsigned int word)
{
	while (search->scanned > word) {
		search->scanned--;
		search->free.words[search->scanned] = look_at(search, search->scanned);
	}
	return search->free.words[word];
}

/* The highest 1 among the lowest @count bits, or -1. */
static int highest_bit(uint64_t bits, unsigned int count)
{
	if (count < DWORDS_WORD_BITS)
		bits &= (1ull << count) - 1;
	return bits ? DWORDS_WORD_BITS - 1 - __builtin_clzll(bits) : -1;
}

/* The highest dword from @start on, but below @end, that is free, or that isn't; else @start - 4.
 */
static unsigned int highest(struct vpasid_search *search, unsigned int start, unsigned int end,
			    bool free)
{
	for (unsigned int at = end; at > start;) {
		unsigned int word = (at - 1) / DWORDS_WORD_BYTES;
		unsigned int first = word * DWORDS_WORD_BYTES;
		uint64_t bits = free_word(search, word);
		int bit = highest_bit(free ? bits : ~bits, (at - first) / DWORD);

		at = first;
		if (bit >= 0) {
			at += (unsigned int)bit * DWORD;
			return at < start ? start - DWORD : at;
		}
	}
	return start - DWORD;
}

unsigned int vpasid_search_gap(struct vpasid_search *search, unsigned int length)
{
	const unsigned int start = VPASID_CONFIG_CONVENTIONAL;
	unsigned int end = VPASID_CONFIG_SIZE;

	while (!search->no_head && end >= start + length) {
		unsigned int top = highest(search, start, end, true) + DWORD;
		unsigned int gap = top - length;

		if (top < start + length)
			break;
		end = highest(search, gap, top, false) + DWORD;
		if (end == gap)
			return gap;
	}
	return 0;
}

/* What is known of the function, before any place is chosen */

static unsigned int reach(const struct vpasid_search *search, const struct vpasid_span *span,
			  bool *known)
{
	return vpasid_span_reach(span, search->request.quirks, search->request.quirk_count, known);
}

static void claim_spans(struct vpasid_search *search)
{
	const struct vpasid_layout *layout = search->layout;
	bool known;

	for (unsigned int i = 0; i < layout->span_count; i++)
		dwords_add(&search->claimed, layout->spans[i].offset,
			   reach(search, &layout->spans[i], &known));
}

static void claim_hidden(struct vpasid_search *search)
{
	const struct vpasid_place_request *request = &search->request;

	for (size_t i = 0; i < request->quirk_count; i++) {
		const struct vpasid_quirk *quirk = request->quirks[i];

		for (unsigned int j = 0; j < quirk->hidden_count; j++)
			dwords_add(&search->claimed, quirk->hidden[j].offset,
				   quirk->hidden[j].length);
	}
}

static int take_ranges(struct vpasid_search *search)
{
	const struct vpasid_place_request *request = &search->request;

	if (request->range_count)
		memset(&search->outside, 0xff, sizeof(search->outside));
	for (size_t i = 0; i < request->range_count; i++) {
		const struct vpasid_range *range = &request->ranges[i];

		if (range->offset % DWORD || range->length % DWORD ||
		    range->offset + range->length > VPASID_CONFIG_SIZE)
			return -EINVAL;
		dwords_remove(&search->outside, range->offset, range->length);
	}
	return 0;
}

int vpasid_search_begin(struct vpasid_search *search, const struct vpasid_place_request *request,
			struct vpasid_layout *layout)
{
	int ret;

	memset(search, 0, sizeof(*search));
	ret = take_struct(&search->request, sizeof(search->request), request);
	if (ret)
		return ret;
	if (search->request.flags || search->request.size != VPASID_CONFIG_SIZE ||
	    !search->request.config)
		return -EINVAL;
	ret = take_ranges(search);
	if (ret)
		return ret;

	search->config = search->request.config;
	search->layout = search->request.layout;
	search->scanned = WORDS;
	if (!search->layout) {
		ret = vpasid_layout_read(search->config, VPASID_CONFIG_SIZE, layout);
		if (ret < 0)
			return ret;
		search->layout = layout;
	}
	claim_spans(search);
	claim_hidden(search);
	search->no_head = !search->layout->span_count &&
			  dwords_has(&search->claimed, VPASID_CONFIG_CONVENTIONAL);
	return 0;
}

void vpasid_search_take(struct vpasid_search *search, const struct vpasid_cap *cap)
{
	search->placed[search->placed_count++] = *cap;
	dwords_add(&search->claimed, cap->offset, cap->length);
	dwords_remove(&search->free, cap->offset, cap->length);
}

bool vpasid_search_is_allowed(const struct vpasid_search *search, unsigned int offset,
			      unsigned int length)
{
	for (unsigned int at = offset; at < offset + length; at += DWORD) {
		if (dwords_has(&search->outside, at))
			return false;
	}
	return true;
}

/* What stands in the way at a dword: @obstacle covers at least that dword */

static bool find_span(const struct vpasid_search *search, unsigned int at,
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

static bool find_hidden(const struct vpasid_search *search, unsigned int at,
			struct vpasid_obstacle *obstacle)
{
	const struct vpasid_place_request *request = &search->request;

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

static bool find_placed(const struct vpasid_search *search, unsigned int at,
			struct vpasid_obstacle *obstacle)
{
	for (unsigned int i = 0; i < search->placed_count; i++) {
		const struct vpasid_cap *placed = &search->placed[i];

		if (at < placed->offset || at >= (unsigned int)placed->offset + placed->length)
			continue;
		*obstacle = (struct vpasid_obstacle){
			.offset = placed->offset,
			.length = placed->length,
			.span = placed->offset,
			.id = placed->id,
			.code = VPASID_OBSTACLE_VIRTUAL,
		};
		return true;
	}
	return false;
}

static enum vpasid_obstacle_code kind_of(const struct vpasid_search *search, unsigned int at)
{
	if (dwords_has(&search->outside, at))
		return VPASID_OBSTACLE_RANGE;
	return is_zero(search, at) ? VPASID_OBSTACLE_SMALL : VPASID_OBSTACLE_NONZERO;
}

/* The unclaimed dwords from @at downward that are all of one kind. */
static void find_run(const struct vpasid_search *search, unsigned int at,
		     struct vpasid_obstacle *obstacle)
{
	enum vpasid_obstacle_code kind = kind_of(search, at);
	unsigned int start = at;

	while (start > VPASID_CONFIG_CONVENTIONAL && !dwords_has(&search->claimed, start - DWORD) &&
	       kind_of(search, start - DWORD) == kind)
		start -= DWORD;

	*obstacle = (struct vpasid_obstacle){
		.offset = (uint16_t)start,
		.length = (uint16_t)(at + DWORD - start),
		.code = kind,
	};
}

static void find_obstacle(const struct vpasid_search *search, unsigned int at,
			  struct vpasid_obstacle *obstacle)
{
	if (!find_span(search, at, obstacle) && !find_placed(search, at, obstacle) &&
	    !find_hidden(search, at, obstacle))
		find_run(search, at, obstacle);
}

void vpasid_search_tell(const struct vpasid_search *search, const struct vpasid_cap *cap,
			struct vpasid_obstacle obstacle)
{
	obstacle.cap_id = cap->id;
	obstacle.cap_length = cap->length;
	if (search->request.obstacle)
		search->request.obstacle(search->request.opaque, &obstacle);
}

static void tell_head(const struct vpasid_search *search, const struct vpasid_cap *cap)
{
	vpasid_search_tell(search, cap,
			   (struct vpasid_obstacle){ .offset = VPASID_CONFIG_CONVENTIONAL,
						     .length = DWORD,
						     .code = VPASID_OBSTACLE_HEAD });
}

/* If there are enough free bytes, the placeholder is what has no room. */
static bool is_room(const struct vpasid_obstacle *obstacle, const struct vpasid_cap *cap)
{
	return obstacle->code == VPASID_OBSTACLE_SMALL && obstacle->length >= cap->length;
}

void vpasid_search_tell_all(const struct vpasid_search *search, const struct vpasid_cap *cap)
{
	unsigned int end = VPASID_CONFIG_SIZE;

	while (search->request.obstacle && end > VPASID_CONFIG_CONVENTIONAL) {
		struct vpasid_obstacle obstacle;

		find_obstacle(search, end - DWORD, &obstacle);
		if (!is_room(&obstacle, cap))
			vpasid_search_tell(search, cap, obstacle);
		end = obstacle.offset & ~(DWORD - 1u);
	}

	if (search->no_head)
		tell_head(search, cap);
}

int vpasid_search_check_gap(struct vpasid_search *search, const struct vpasid_cap *cap)
{
	struct vpasid_obstacle obstacle;

	if (search->no_head) {
		tell_head(search, cap);
		return -EBUSY;
	}

	for (unsigned int at = cap->offset; at < (unsigned int)cap->offset + cap->length;
	     at += DWORD) {
		if (!dwords_has(&search->claimed, at) && !dwords_has(&search->outside, at) &&
		    is_zero(search, at))
			continue;
		find_obstacle(search, at, &obstacle);
		vpasid_search_tell(search, cap, obstacle);
		return -EBUSY;
	}
	return 0;
}

/*
 * Does another capability, of the function or of the list, stand at that dword? If the length of
 * the function's isn't known, only its header counts.
 */
static bool contradicts(const struct vpasid_search *search, const struct vpasid_cap *cap,
			unsigned int at, struct vpasid_obstacle *obstacle)
{
	if (find_span(search, at, obstacle) && obstacle->id != cap->id &&
	    (obstacle->code != VPASID_OBSTACLE_INEXACT_SPAN || obstacle->span == at))
		return true;
	return find_placed(search, at, obstacle);
}

int vpasid_search_check_trusted(struct vpasid_search *search, const struct vpasid_cap *cap)
{
	struct vpasid_obstacle obstacle;

	for (unsigned int at = cap->offset; at < (unsigned int)cap->offset + cap->length;
	     at += DWORD) {
		if (!contradicts(search, cap, at, &obstacle))
			continue;
		vpasid_search_tell(search, cap, obstacle);
		return -EBUSY;
	}
	return 0;
}
