/* SPDX-License-Identifier: MIT */
/*
 * What is free in a function's config space, and what stands in the way. None of this is exported;
 * the prefix is for those who link the static library.
 */
#ifndef PLACE_SEARCH_H
#define PLACE_SEARCH_H

#include <vpasid/place.h>

#include "dwords.h"

/**
 * struct vpasid_search - a search for places
 * @request: What is asked.
 * @config: The config space.
 * @layout: The layout of @config.
 * @claimed: The dwords that a capability, a quirk or a virtual capability claims.
 * @outside: The dwords where the request allows no capability.
 * @free: The free ones of the dwords that have been looked at.
 * @scanned: The words of @free from this one on have been looked at.
 * @no_head: There are no capabilities, and the dword at 0x100 is claimed, where a placeholder
 *	would have to stand.
 * @placed: The virtual capabilities that have places.
 * @placed_count: How many there are.
 */
struct vpasid_search {
	struct vpasid_place_request request;
	const uint8_t *config;
	const struct vpasid_layout *layout;
	struct dwords claimed;
	struct dwords outside;
	struct dwords free;
	unsigned int scanned;
	bool no_head;
	struct vpasid_cap placed[VPASID_MAX_CAPS];
	unsigned int placed_count;
};

/**
 * vpasid_search_begin() - look at what a function has
 * @search: Filled in.
 * @request: The caller's request.
 * @layout: Room for a layout, if @request has none.
 *
 * Return: 0, or -EINVAL, -E2BIG and -EIO as for vpasid_place().
 */
int vpasid_search_begin(struct vpasid_search *search, const struct vpasid_place_request *request,
			struct vpasid_layout *layout);

/**
 * vpasid_search_take() - give a virtual capability its place
 * @search: The search.
 * @cap: The capability, with its offset.
 */
void vpasid_search_take(struct vpasid_search *search, const struct vpasid_cap *cap);

/**
 * vpasid_search_gap() - find the highest gap
 * @search: The search.
 * @length: How many bytes it must have.
 *
 * Return: the offset where the gap's last @length bytes begin; 0 if there is none.
 */
unsigned int vpasid_search_gap(struct vpasid_search *search, unsigned int length);

/**
 * vpasid_search_is_allowed() - does the request allow a place?
 * @search: The search.
 * @offset: Where it begins.
 * @length: How many bytes it has.
 *
 * Return: whether it does.
 */
bool vpasid_search_is_allowed(const struct vpasid_search *search, unsigned int offset,
			      unsigned int length);

/**
 * vpasid_search_check_gap() - check that some bytes are free
 * @search: The search.
 * @cap: The capability that is to go there.
 *
 * Return: 0, or -EBUSY after telling what stands there.
 */
int vpasid_search_check_gap(struct vpasid_search *search, const struct vpasid_cap *cap);

/**
 * vpasid_search_check_trusted() - check that nothing contradicts a quirk
 * @search: The search.
 * @cap: The capability, where the quirk prescribes it.
 *
 * Return: 0, or -EBUSY after telling what is known to stand there.
 */
int vpasid_search_check_trusted(struct vpasid_search *search, const struct vpasid_cap *cap);

/**
 * vpasid_search_tell() - tell of an obstacle
 * @search: The search.
 * @cap: The capability that has no place.
 * @obstacle: What stands in the way.
 */
void vpasid_search_tell(const struct vpasid_search *search, const struct vpasid_cap *cap,
			struct vpasid_obstacle obstacle);

/**
 * vpasid_search_tell_all() - tell all that stands in the way of a capability
 * @search: The search.
 * @cap: The capability that has no place.
 */
void vpasid_search_tell_all(const struct vpasid_search *search, const struct vpasid_cap *cap);

/**
 * vpasid_layout_digest_lengths() - sum up a layout as version 1 of saved states has it
 * @layout: The layout.
 *
 * Return: the digest, of lengths and flags as well.
 */
uint64_t vpasid_layout_digest_lengths(const struct vpasid_layout *layout);

/**
 * vpasid_placement_fits_layout() - was a placement made for this layout?
 * @placement: The placement.
 * @layout: The layout.
 *
 * Return: whether the digests are the same.
 */
bool vpasid_placement_fits_layout(const struct vpasid_placement *placement,
				  const struct vpasid_layout *layout);

/**
 * vpasid_caps_take() - check a list of capabilities, and fill in what the caller leaves open
 * @caps: Filled in; room for VPASID_MAX_CAPS.
 * @from: The caller's list.
 * @count: How many there are.
 *
 * Return: 0 or -EINVAL.
 */
int vpasid_caps_take(struct vpasid_cap *caps, const struct vpasid_cap *from, size_t count);

/**
 * vpasid_cap_repeats() - may a function have several capabilities with an ID?
 * @id: Capability ID.
 *
 * Return: whether it may.
 */
bool vpasid_cap_repeats(uint16_t id);

/**
 * vpasid_cap_emulated_length() - tell the length of a capability that this library emulates
 * @id: Capability ID.
 *
 * Return: how many bytes it has; 0 for all others.
 */
uint16_t vpasid_cap_emulated_length(uint16_t id);

#endif /* PLACE_SEARCH_H */
