/* SPDX-License-Identifier: MIT */
/*
 * Finds unused offsets for a guest's virtual capabilities.
 */
#ifndef VPASID_PLACE_H
#define VPASID_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vpasid/api.h>
#include <vpasid/config.h>
#include <vpasid/quirks.h>

VPASID_BEGIN_DECLS

/**
 * vpasid_span_reach() - return how far a capability reaches, considering quirks
 * @span: The capability: one of a layout's spans.
 * @quirks: The quirks that vpasid_quirks_match() found for the function; may be NULL if
 *	@quirk_count is 0.
 * @quirk_count: The number of quirks.
 * @known: Set to true if the length is known, because it is exact or a quirk gives it. Set to false
 *	if only the header is certain, and the capability may reach up to the next header or the end
 *	of the space.
 *
 * vpasid_place() places nothing within this length, whether it is known or not. A quirk's extent
 * only applies if it begins at @span's offset and ends within @span, and if the length isn't exact.
 * If several extents apply, the longest is used.
 *
 * Return: the number of bytes from the start of the header: 4 to &vpasid_span.length.
 */
VPASID_API unsigned int vpasid_span_reach(const struct vpasid_span *span,
					  const struct vpasid_quirk *const *quirks,
					  size_t quirk_count, bool *known);

/**
 * enum vpasid_place_reason - the reason for a place
 * @VPASID_PLACE_QUIRK: A quirk prescribes it.
 * @VPASID_PLACE_PHYSICAL: The function's own capability with that ID is there.
 * @VPASID_PLACE_GAP: It is the highest free gap.
 * @VPASID_PLACE_EXPLICIT: The caller requested it.
 */
enum vpasid_place_reason {
	VPASID_PLACE_QUIRK = 1,
	VPASID_PLACE_PHYSICAL = 2,
	VPASID_PLACE_GAP = 3,
	VPASID_PLACE_EXPLICIT = 4,
};

/**
 * VPASID_MAX_CAPS - the largest number of virtual capabilities in one placement
 */
#define VPASID_MAX_CAPS 16

/**
 * struct vpasid_cap - a virtual capability that is to be placed, or was placed
 * @id: Capability ID, neither 0 nor 0xffff.
 * @length: Its length in bytes, including the header: 8 to 0xf00, a multiple of 4. 0 in a request
 *	means the specified length of PASID (8, PCIe r6.0, 7.8.9), ATS (8, 10.5.1) and PRI (16,
 *	10.5.2); these can't have another length.
 * @offset: The offset of its header: 0x100 to 0xffc, a multiple of 4. 0 in a request means that
 *	vpasid_place() finds an offset.
 * @version: Capability Version, 1 to 15. 0 in a request means 1, the emulated version of PASID, ATS
 *	and PRI, which can't have another one.
 * @reason: The reason for the offset: enum vpasid_place_reason. Ignored in requests.
 *
 * A list contains each ID only once, except those of which a function may have several
 * capabilities: VSEC (0x000b), DVSEC (0x0023) and DOE (0x002e).
 *
 * This is plain data. Its size is part of the ABI.
 */
struct vpasid_cap {
	uint16_t id;
	uint16_t length;
	uint16_t offset;
	uint8_t version;
	uint8_t reason;
};

/**
 * VPASID_DIGEST_LENGTHS - &vpasid_placement.digest is that of version 1 of saved states, which also
 *	covered lengths
 */
#define VPASID_DIGEST_LENGTHS (1u << 0)

/**
 * struct vpasid_placement - the offsets of a guest's virtual capabilities
 * @digest: The vpasid_layout_digest() of the function.
 * @cap_count: The number of @caps: 1 to VPASID_MAX_CAPS.
 * @flags: VPASID_DIGEST_LENGTHS in a placement that vpasid_vconfig_state_peek() has found in a
 *	state of version 1; otherwise 0.
 * @reserved: 0.
 * @caps: The capabilities in the order of the request; those beyond @cap_count are zeros.
 *
 * A migration stream must contain the digest and the capabilities: if the target can't give the
 * guest each capability at the same offset, it must refuse the migration. See
 * vpasid_place_verify(). A saved state (vpasid_vconfig_save()) contains all of it.
 *
 * This is plain data: it contains no pointers and may be copied. Its size is part of the ABI.
 */
struct vpasid_placement {
	uint64_t digest;
	uint16_t cap_count;
	uint16_t flags;
	uint16_t reserved[2];
	struct vpasid_cap caps[VPASID_MAX_CAPS];
};

/**
 * vpasid_placement_find() - find a capability of a placement
 * @placement: The placement.
 * @id: Capability ID.
 *
 * Return: the first of @placement's capabilities with that ID, or NULL.
 */
VPASID_API const struct vpasid_cap *vpasid_placement_find(const struct vpasid_placement *placement,
							  uint16_t id);

/**
 * enum vpasid_obstacle_code - why a place can't be used
 * @VPASID_OBSTACLE_UNALIGNED: The offset isn't a multiple of 4.
 * @VPASID_OBSTACLE_OUTSIDE: The capability isn't completely in the extended space.
 * @VPASID_OBSTACLE_SPAN: An extended capability is there; &vpasid_obstacle.id and
 *	&vpasid_obstacle.span say which.
 * @VPASID_OBSTACLE_INEXACT_SPAN: A capability of unknown length may reach there;
 *	&vpasid_obstacle.id and &vpasid_obstacle.span say which.
 * @VPASID_OBSTACLE_NONZERO: The bytes there aren't zero.
 * @VPASID_OBSTACLE_HIDDEN: According to a quirk, the device hides registers there;
 *	&vpasid_obstacle.quirk says which.
 * @VPASID_OBSTACLE_SMALL: The bytes there are free, but too few for the capability.
 * @VPASID_OBSTACLE_HEAD: A chain must begin at 0x100. If the function has no capability there, a
 *	placeholder must be there, whose dword must be free. If there is a placeholder already, no
 *	capability can replace it.
 * @VPASID_OBSTACLE_VIRTUAL: Another virtual capability of the list is there; &vpasid_obstacle.id
 *	and &vpasid_obstacle.span say which.
 * @VPASID_OBSTACLE_RANGE: The request doesn't allow it there: &vpasid_place_request.ranges.
 */
enum vpasid_obstacle_code {
	VPASID_OBSTACLE_UNALIGNED = 1,
	VPASID_OBSTACLE_OUTSIDE = 2,
	VPASID_OBSTACLE_SPAN = 3,
	VPASID_OBSTACLE_INEXACT_SPAN = 4,
	VPASID_OBSTACLE_NONZERO = 5,
	VPASID_OBSTACLE_HIDDEN = 6,
	VPASID_OBSTACLE_SMALL = 7,
	VPASID_OBSTACLE_HEAD = 8,
	VPASID_OBSTACLE_VIRTUAL = 9,
	VPASID_OBSTACLE_RANGE = 10,
};

/**
 * struct vpasid_obstacle - an obstacle to a placement
 * @quirk: For VPASID_OBSTACLE_HIDDEN, the quirk; otherwise NULL.
 * @offset: Where the obstacle begins.
 * @length: Its length in bytes; for a capability, its vpasid_span_reach().
 * @span: For the two SPAN codes and VIRTUAL, the offset of the capability's header.
 * @id: For the two SPAN codes and VIRTUAL, the capability's ID.
 * @code: The kind: enum vpasid_obstacle_code.
 * @cap_id: The ID of the virtual capability that has no place.
 * @cap_length: The length of the virtual capability that has no place, in bytes.
 * @reserved: 0, reserved for later fields.
 *
 * This is plain data, and may be copied as long as the quirk exists. Its size is part of the ABI.
 */
struct vpasid_obstacle {
	const struct vpasid_quirk *quirk;
	uint16_t offset;
	uint16_t length;
	uint16_t span;
	uint16_t id;
	uint16_t code;
	uint16_t cap_id;
	uint16_t cap_length;
	uint16_t reserved[5];
};

/**
 * struct vpasid_place_request - a request for offsets
 * @argsz: sizeof(struct vpasid_place_request). For a program that was built with a shorter struct,
 *	the other members have their defaults.
 * @flags: 0.
 * @config: The whole config space of the function that the VMM uses. A VMM that passes the function
 *	through with VFIO uses what VFIO shows, or what vpasid_vfio_view() makes from the function's
 *	own config space, because the function's own has another layout, another digest and other
 *	free bytes. A program that emulates the function uses that function's config space. No
 *	alignment is needed.
 * @size: The number of bytes of @config: VPASID_CONFIG_SIZE.
 * @layout: What vpasid_layout_read() has filled in from @config; if it is NULL, vpasid_place()
 *	reads the layout itself.
 * @quirks: The quirks that vpasid_quirks_match() found for the function; may be NULL if
 *	@quirk_count is 0.
 * @quirk_count: The number of quirks.
 * @caps: The capabilities for the guest, the most important one first. NULL with a @cap_count of 0
 *	means only PASID.
 * @cap_count: The number of capabilities, up to VPASID_MAX_CAPS.
 * @ranges: The ranges in which capabilities may be placed; offsets and lengths are multiples of 4.
 *	NULL with a @range_count of 0 means the whole extended space.
 * @range_count: The number of ranges.
 * @obstacle: Called for each obstacle, in descending order of offsets, if there is no place for a
 *	capability, or if an offset is refused. The obstacle is only valid during the call. May be
 *	NULL.
 * @opaque: Passed to @obstacle.
 */
struct vpasid_place_request {
	uint32_t argsz;
	uint32_t flags;
	const void *config;
	size_t size;
	const struct vpasid_layout *layout;
	const struct vpasid_quirk *const *quirks;
	size_t quirk_count;
	const struct vpasid_cap *caps;
	size_t cap_count;
	const struct vpasid_range *ranges;
	size_t range_count;
	void (*obstacle)(void *opaque, const struct vpasid_obstacle *obstacle);
	void *opaque;
};

/**
 * vpasid_place() - find offsets for virtual capabilities
 * @request: The function, the information about it, and the capabilities.
 * @placement: Filled in on success, all zeros on error.
 *
 * A function without a PCI Express Capability (vpasid_conventional_find()) has no place, because a
 * guest doesn't look for extended capabilities in it. Otherwise, if the request has no offset for a
 * capability, the first of these places that exists is used:
 *
 * 1. the offset that a quirk prescribes; quirks prescribe offsets only for PASID. The quirk is
 *    trusted: the bytes there needn't be zero, and a capability of unknown length may reach there.
 *    However, no capability other than PASID may be known to be there;
 * 2. the offset of the function's own capability with the same ID, if it is in @config (VFIO hides
 *    PASID) and its length is exact and sufficient. This rule doesn't apply to capabilities that
 *    may be repeated. A VMM must not pass a guest's access on to the capability's own registers; a
 *    view of vconfig.h never does;
 * 3. the highest multiple of 4 at which there are enough free bytes: they are zero in @config, no
 *    quirk says that there are hidden registers, no capability reaches there (vpasid_span_reach()),
 *    and no other capability of the list is there.
 *
 * Rule 3 is applied after all other capabilities have their places, in the order of the list.
 * Therefore, later entries of a list don't change the places of earlier ones: PASID, if it is
 * first, has the same place as in a list with only PASID. If this leaves a capability without a
 * place, rule 3 is applied to the longest capability first, and to capabilities of the same length
 * in the order of the list.
 *
 * An explicit offset is accepted if any of these rules would allow it. All places must be in
 * @request->ranges.
 *
 * A chain that loops means that the device is faulty or that its config space was read incorrectly,
 * so rules 2 and 3 aren't applied. A quirk's offset and an explicit one are accepted nevertheless,
 * because everything that such a chain can reach is known.
 *
 * The result depends only on the offsets of the capabilities, on the quirks, on which bytes are
 * zero, and on the request. Another host with the same device therefore gets the same result.
 *
 * Thread-safe; allocates nothing. Unless there is no place, this function reads each dword of the
 * extended space at most once, in addition to walking the chain.
 *
 * Return: 0, or
 *	-EINVAL	@request->size isn't VPASID_CONFIG_SIZE, so that the end of config space is unknown;
 *		or the list or a range is invalid,
 *	-E2BIG	@request is longer than this library's struct, and the additional bytes aren't zero,
 *	-EIO	all of the header reads as ones, as for vpasid_layout_read(),
 *	-ENXIO	it has no PCI Express Capability, or its list of capabilities is broken before one,
 *	-EPROTO	the chain is broken (&vpasid_layout.broken), so the capabilities after the break are
 *		unknown. A quirk's offset is accepted nevertheless,
 *	-ELOOP	the chain loops (&vpasid_layout.loops), and neither a quirk nor the request gives an
 *		offset,
 *	-ENOSPC	there is no gap for a capability; @request->obstacle was called with the reasons,
 *	-EBUSY	an offset of the request or of a quirk isn't free; @request->obstacle was called
 *		with the reasons.
 */
VPASID_API int vpasid_place(const struct vpasid_place_request *request,
			    struct vpasid_placement *placement);

/**
 * vpasid_place_verify() - check that a placement is also valid for this function
 * @request: The function and the information about it; its list is ignored.
 * @placement: The placement from another host. Only its digest and its capabilities are used, not
 *	the reasons.
 *
 * The target of a migration calls this function before it accepts a guest. The offsets are checked
 * like explicit ones in vpasid_place(), so a chain that loops isn't an error.
 *
 * Return: 0, or
 *	-ESTALE	the function's layout isn't that for which @placement was made,
 *	-EBUSY	the layout is the same, but an offset isn't free; @request->obstacle was called with
 *		the reasons,
 *	-EINVAL	as for vpasid_place(); or @placement is invalid,
 *	-E2BIG, -EIO, -ENXIO, -EPROTO	as for vpasid_place().
 */
VPASID_API int vpasid_place_verify(const struct vpasid_place_request *request,
				   const struct vpasid_placement *placement);

/**
 * vpasid_obstacle_describe() - describe an obstacle in a sentence
 * @obstacle: The obstacle.
 * @text: The buffer for the sentence and a null byte; may be NULL if @size is 0.
 * @size: The number of bytes of @text. VPASID_OBSTACLE_TEXT is enough unless a quirk's source is
 *	long.
 *
 * The sentence has no full stop, as in "0x140-0x18f: occupied by AER".
 *
 * Return: the length of the whole sentence, as snprintf(3) returns it.
 */
VPASID_API int vpasid_obstacle_describe(const struct vpasid_obstacle *obstacle, char *text,
					size_t size);

/**
 * VPASID_OBSTACLE_TEXT - the usual maximum size of an obstacle's sentence, in bytes
 */
#define VPASID_OBSTACLE_TEXT 256

/**
 * vpasid_place_reason_name() - name the reason for a place, for people and for JSON
 * @reason: &vpasid_cap.reason.
 *
 * Return: a static string: "quirk", "physical", "gap", "explicit"; "unknown" for
 *	any other value.
 */
VPASID_API const char *vpasid_place_reason_name(unsigned int reason);

VPASID_END_DECLS

#endif /* VPASID_PLACE_H */
