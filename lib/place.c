// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/pci_regs.h>
#include <string.h>

#include <vpasid/place.h>

#include "place_search.h"

_Static_assert(sizeof(struct vpasid_cap) == 8, "the size is ABI");
_Static_assert(sizeof(struct vpasid_obstacle) == 24 + sizeof(void *), "the size is ABI");
_Static_assert(sizeof(struct vpasid_placement) == 144, "the size is ABI");

#define MIN_LENGTH  8 /* a header, and registers */
#define MAX_LENGTH  (VPASID_CONFIG_SIZE - VPASID_CONFIG_CONVENTIONAL)
#define MAX_VERSION 15

const struct vpasid_cap *vpasid_placement_find(const struct vpasid_placement *placement,
					       uint16_t id)
{
	for (unsigned int i = 0; i < placement->cap_count && i < VPASID_MAX_CAPS; i++) {
		if (placement->caps[i].id == id)
			return &placement->caps[i];
	}
	return NULL;
}

/* The list of capabilities */

bool vpasid_cap_repeats(uint16_t id)
{
	return id == PCI_EXT_CAP_ID_VNDR || id == PCI_EXT_CAP_ID_DVSEC || id == PCI_EXT_CAP_ID_DOE;
}

uint16_t vpasid_cap_emulated_length(uint16_t id)
{
	static const struct vpasid_cap emulated[] = {
		{ .id = VPASID_EXT_CAP_PASID, .length = VPASID_CAP_LENGTH },
		{ .id = VPASID_EXT_CAP_ATS, .length = VPASID_ATS_LENGTH },
		{ .id = VPASID_EXT_CAP_PRI, .length = VPASID_PRI_LENGTH },
	};

	for (size_t i = 0; i < sizeof(emulated) / sizeof(emulated[0]); i++) {
		if (emulated[i].id == id)
			return emulated[i].length;
	}
	return 0;
}

static int take_cap(struct vpasid_cap *cap)
{
	uint16_t emulated = vpasid_cap_emulated_length(cap->id);

	if (!cap->length)
		cap->length = emulated;
	if (!cap->version)
		cap->version = 1;
	if (emulated && (cap->length != emulated || cap->version != 1))
		return -EINVAL;
	if (!cap->id || cap->id == UINT16_MAX || cap->length < MIN_LENGTH ||
	    cap->length > MAX_LENGTH || cap->length % DWORD || cap->version > MAX_VERSION)
		return -EINVAL;
	return 0;
}

int vpasid_caps_take(struct vpasid_cap *caps, const struct vpasid_cap *from, size_t count)
{
	if (!count || count > VPASID_MAX_CAPS || !from)
		return -EINVAL;
	for (size_t i = 0; i < count; i++) {
		caps[i] = from[i];
		if (take_cap(&caps[i]))
			return -EINVAL;
		for (size_t j = 0; j < i; j++) {
			if (caps[j].id == caps[i].id && !vpasid_cap_repeats(caps[i].id))
				return -EINVAL;
		}
	}
	return 0;
}

/*
 * Guests look for extended capabilities in functions that have the PCI Express Capability
 * alone, and find it by the list that is walked here.
 */
static bool is_seen_by_guests(const struct vpasid_search *search)
{
	return vpasid_conventional_find(search->config, VPASID_CONFIG_SIZE, PCI_CAP_ID_EXP) > 0;
}

/* The rules of vpasid_place(), in their order */

static uint16_t prescribed(const struct vpasid_search *search, const struct vpasid_cap *cap)
{
	const struct vpasid_place_request *request = &search->request;
	uint16_t offset = 0;

	for (size_t i = 0; cap->id == VPASID_EXT_CAP_PASID && i < request->quirk_count; i++) {
		if (request->quirks[i]->offset)
			offset = request->quirks[i]->offset;
	}
	return offset;
}

static uint16_t physical(const struct vpasid_search *search, const struct vpasid_cap *cap)
{
	const struct vpasid_span *span = vpasid_layout_find(search->layout, cap->id);

	if (!span || vpasid_cap_repeats(cap->id) || !(span->flags & VPASID_SPAN_EXACT) ||
	    span->length < cap->length ||
	    !vpasid_search_is_allowed(search, span->offset, cap->length))
		return 0;
	return span->offset;
}

static int refuse(const struct vpasid_search *search, const struct vpasid_cap *cap,
		  enum vpasid_obstacle_code code)
{
	vpasid_search_tell(search, cap,
			   (struct vpasid_obstacle){
				   .offset = cap->offset, .length = cap->length, .code = code });
	return -EBUSY;
}

static int check_bounds(const struct vpasid_search *search, const struct vpasid_cap *cap)
{
	if (cap->offset < VPASID_CONFIG_CONVENTIONAL ||
	    cap->offset + cap->length > VPASID_CONFIG_SIZE)
		return refuse(search, cap, VPASID_OBSTACLE_OUTSIDE);
	if (cap->offset % DWORD)
		return refuse(search, cap, VPASID_OBSTACLE_UNALIGNED);
	return 0;
}

static int check_quirk(struct vpasid_search *search, const struct vpasid_cap *cap)
{
	int ret = check_bounds(search, cap);

	if (ret)
		return ret;
	if (!vpasid_search_is_allowed(search, cap->offset, cap->length))
		return refuse(search, cap, VPASID_OBSTACLE_RANGE);
	return vpasid_search_check_trusted(search, cap);
}

static int check_explicit(struct vpasid_search *search, const struct vpasid_cap *cap)
{
	int ret = check_bounds(search, cap);

	if (ret)
		return ret;
	if (cap->offset == prescribed(search, cap))
		return check_quirk(search, cap);
	if (search->layout->broken)
		return -EPROTO;
	if (cap->offset == physical(search, cap))
		return vpasid_search_check_trusted(search, cap);
	return vpasid_search_check_gap(search, cap);
}

/* Gives a capability its place, if that isn't any gap. Returns 0 or a negative errno. */
static int fix(struct vpasid_search *search, struct vpasid_cap *cap)
{
	int ret = 0;

	if (cap->offset) {
		cap->reason = VPASID_PLACE_EXPLICIT;
		ret = check_explicit(search, cap);
	} else if (prescribed(search, cap)) {
		cap->reason = VPASID_PLACE_QUIRK;
		cap->offset = prescribed(search, cap);
		ret = check_quirk(search, cap);
	} else if (search->layout->broken) {
		ret = -EPROTO;
	} else if (search->layout->loops) {
		ret = -ELOOP;
	} else {
		cap->reason = VPASID_PLACE_PHYSICAL;
		cap->offset = physical(search, cap);
		/* what a quirk has put there is trusted more */
		if (cap->offset)
			ret = vpasid_search_check_trusted(search, cap);
	}
	if (!ret && cap->offset)
		vpasid_search_take(search, cap);
	return ret;
}

/* The order in which capabilities choose: that of the list, or the longest ones first. */
static void make_order(const struct vpasid_cap *caps, unsigned int count, bool longest_first,
		       uint8_t order[VPASID_MAX_CAPS])
{
	for (unsigned int i = 0; i < count; i++) {
		unsigned int at = i;

		for (; longest_first && at && caps[order[at - 1]].length < caps[i].length; at--)
			order[at] = order[at - 1];
		order[at] = (uint8_t)i;
	}
}

/* Returns 0, or -ENOSPC with the capability that has no place in @failed. */
static int fill_gaps(struct vpasid_search *search, struct vpasid_cap *caps, unsigned int count,
		     bool longest_first, const struct vpasid_cap **failed)
{
	uint8_t order[VPASID_MAX_CAPS];

	make_order(caps, count, longest_first, order);
	for (unsigned int i = 0; i < count; i++) {
		struct vpasid_cap *cap = &caps[order[i]];

		if (cap->offset)
			continue;
		cap->reason = VPASID_PLACE_GAP;
		cap->offset = (uint16_t)vpasid_search_gap(search, cap->length);
		*failed = cap;
		if (!cap->offset)
			return -ENOSPC;
		vpasid_search_take(search, cap);
	}
	return 0;
}

/* Takes back what a try has given, so that the next one begins as it did. */
static void take_back(struct vpasid_search *search, struct vpasid_cap *caps, unsigned int count,
		      unsigned int placed_count)
{
	while (search->placed_count > placed_count) {
		const struct vpasid_cap *cap = &search->placed[--search->placed_count];

		dwords_remove(&search->claimed, cap->offset, cap->length);
		dwords_add(&search->free, cap->offset, cap->length);
	}
	for (unsigned int i = 0; i < count; i++) {
		if (caps[i].reason == VPASID_PLACE_GAP)
			caps[i].offset = 0;
	}
}

static int choose(struct vpasid_search *search, struct vpasid_placement *placement)
{
	struct vpasid_cap *caps = placement->caps;
	const struct vpasid_cap *failed;
	unsigned int fixed;
	int ret = is_seen_by_guests(search) ? 0 : -ENXIO;

	for (unsigned int i = 0; !ret && i < placement->cap_count; i++)
		ret = fix(search, &caps[i]);
	if (ret)
		return ret;

	fixed = search->placed_count;
	ret = fill_gaps(search, caps, placement->cap_count, false, &failed);
	if (ret && placement->cap_count - fixed > 1) {
		take_back(search, caps, placement->cap_count, fixed);
		ret = fill_gaps(search, caps, placement->cap_count, true, &failed);
	}
	if (ret)
		vpasid_search_tell_all(search, failed);
	return ret;
}

static int take_list(const struct vpasid_search *search, struct vpasid_placement *placement)
{
	static const struct vpasid_cap pasid = { .id = VPASID_EXT_CAP_PASID };
	const struct vpasid_place_request *request = &search->request;
	size_t count = request->cap_count;

	if (!request->caps && !count) {
		placement->cap_count = 1;
		return vpasid_caps_take(placement->caps, &pasid, 1);
	}
	placement->cap_count = (uint16_t)count;
	return vpasid_caps_take(placement->caps, request->caps, count);
}

int vpasid_place(const struct vpasid_place_request *request, struct vpasid_placement *placement)
{
	struct vpasid_placement found = { .cap_count = 0 };
	struct vpasid_layout layout;
	struct vpasid_search search;
	int ret;

	memset(placement, 0, sizeof(*placement));
	ret = vpasid_search_begin(&search, request, &layout);
	if (!ret)
		ret = take_list(&search, &found);
	if (!ret)
		ret = choose(&search, &found);
	if (ret)
		return ret;

	found.digest = vpasid_layout_digest(search.layout);
	*placement = found;
	return 0;
}

bool vpasid_placement_fits_layout(const struct vpasid_placement *placement,
				  const struct vpasid_layout *layout)
{
	if (placement->flags & VPASID_DIGEST_LENGTHS)
		return placement->digest == vpasid_layout_digest_lengths(layout);
	return placement->digest == vpasid_layout_digest(layout);
}

int vpasid_place_verify(const struct vpasid_place_request *request,
			const struct vpasid_placement *placement)
{
	struct vpasid_cap caps[VPASID_MAX_CAPS];
	struct vpasid_layout layout;
	struct vpasid_search search;
	int ret = vpasid_search_begin(&search, request, &layout);

	if (!ret)
		ret = vpasid_caps_take(caps, placement->caps, placement->cap_count);
	if (ret)
		return ret;
	if (!vpasid_placement_fits_layout(placement, search.layout))
		return -ESTALE;
	if (!is_seen_by_guests(&search))
		return -ENXIO;
	for (unsigned int i = 0; !ret && i < placement->cap_count; i++) {
		ret = check_explicit(&search, &caps[i]);
		if (!ret)
			vpasid_search_take(&search, &caps[i]);
	}
	return ret;
}
