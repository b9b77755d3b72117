/* SPDX-License-Identifier: MIT */
/*
 * Finds places for a guest's virtual capabilities, where nothing else stands.
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
 * vpasid_span_reach() - tell how far a capability reaches, given quirks
 * @span: The capability: one of a layout's spans.
 * @quirks: The quirks that vpasid_quirks_match() found for the function; may be NULL if
 *	@quirk_count is 0.
 * @quirk_count: How many quirks there are.
 * @known: Set to true if the length is known, because it is exact or a quirk tells it.
 *	Set to false if only the header is certain, and the capability may reach up to the
 *	next header or the end of the space.
 *
 * vpasid_place() puts nothing within this reach, known or not. A quirk's extent counts
 * only if it begins at @span's offset and ends within @span, and has no effect on a
 * length that is exact. The longest extent that counts holds.
 *
 * Return: the number of bytes from the start of the header on: 4 to
 *	&vpasid_span.length.
 */
VPASID_API unsigned int vpasid_span_reach(const struct vpasid_span *span,
					  const struct vpasid_quirk *const *quirks,
					  size_t quirk_count, bool *known);

/**
 * enum vpasid_place_reason - why a place was chosen
 * @VPASID_PLACE_QUIRK: A quirk prescribes it.
 * @VPASID_PLACE_PHYSICAL: The function's own capability with that ID stands there.
 * @VPASID_PLACE_GAP: It is the highest gap that is free.
 * @VPASID_PLACE_EXPLICIT: The caller asked for it.
 */
enum vpasid_place_reason {
	VPASID_PLACE_QUIRK = 1,
	VPASID_PLACE_PHYSICAL = 2,
	VPASID_PLACE_GAP = 3,
	VPASID_PLACE_EXPLICIT = 4,
};

/**
 * VPASID_MAX_CAPS - the most virtual capabilities that one placement has
 */
#define VPASID_MAX_CAPS 16

/**
 * struct vpasid_cap - a virtual capability that is to be placed, or has been
 * @id: Capability ID, neither 0 nor 0xffff.
 * @length: How many bytes it has, the header included: 8 to 0xf00, a multiple of 4. 0 in a
 *	request is for what the specification says of PASID (8, PCIe r6.0, 7.8.9), ATS (8, 10.5.1)
 *	and PRI (16, 10.5.2); these can't have another length.
 * @offset: Where its header stands: 0x100 to 0xffc, a multiple of 4. 0 in a request has a place
 *	found.
 * @version: Capability Version, 1 to 15. 0 in a request is for 1, the version that is emulated of
 *	PASID, ATS and PRI, which can't have another.
 * @reason: Why it stands there: enum vpasid_place_reason. Ignored in requests.
 *
 * A list has one capability of an ID. Only those that a function may have several of may be
 * repeated: VSEC (0x000b), DVSEC (0x0023) and DOE (0x002e).
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
 * VPASID_DIGEST_LENGTHS - &vpasid_placement.digest is that of version 1 of saved states, which
 *	summed up lengths, too
 */
#define VPASID_DIGEST_LENGTHS (1u << 0)

/**
 * struct vpasid_placement - where a guest's virtual capabilities go
 * @digest: The vpasid_layout_digest() of the function.
 * @cap_count: How many of @caps there are: 1 to VPASID_MAX_CAPS.
 * @flags: VPASID_DIGEST_LENGTHS in a placement that vpasid_vconfig_state_peek() has found in a
 *	state of version 1; else 0.
 * @reserved: 0.
 * @caps: The capabilities in the order of the request; those beyond @cap_count are zeros.
 *
 * A migration stream must carry the digest and the capabilities: if the target can't give the
 * guest each capability where it had it, the migration must be refused. See
 * vpasid_place_verify(). A saved state (vpasid_vconfig_save()) has all of it.
 *
 * This is plain data: it owns nothing and may be copied. Its size is part of the ABI.
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
 * enum vpasid_obstacle_code - why a place can't be taken
 * @VPASID_OBSTACLE_UNALIGNED: The offset isn't a multiple of 4.
 * @VPASID_OBSTACLE_OUTSIDE: The capability's bytes aren't all in the extended space.
 * @VPASID_OBSTACLE_SPAN: An extended capability stands there; &vpasid_obstacle.id and
 *	&vpasid_obstacle.span say which.
 * @VPASID_OBSTACLE_INEXACT_SPAN: A capability of unknown length may reach there;
 *	&vpasid_obstacle.id and &vpasid_obstacle.span say which.
 * @VPASID_OBSTACLE_NONZERO: The device reads non-zero there.
 * @VPASID_OBSTACLE_HIDDEN: A quirk says that registers hide there;
 *	&vpasid_obstacle.quirk says which.
 * @VPASID_OBSTACLE_SMALL: The bytes there are free, but there are fewer than the capability has.
 * @VPASID_OBSTACLE_HEAD: A chain has to begin at 0x100. If the function has no
 *	capability there, a placeholder must stand there, which needs its dword free;
 *	and where there is a placeholder already, no capability can take its place.
 * @VPASID_OBSTACLE_VIRTUAL: Another virtual capability of the list stands there;
 *	&vpasid_obstacle.id and &vpasid_obstacle.span say which.
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
 * struct vpasid_obstacle - what stands in the way
 * @quirk: For VPASID_OBSTACLE_HIDDEN, the quirk that says so; else NULL.
 * @offset: Where the obstacle begins.
 * @length: How many bytes it takes; for a capability, its vpasid_span_reach().
 * @span: For the two SPAN codes and VIRTUAL, the offset of the capability's header.
 * @id: For the two SPAN codes and VIRTUAL, the capability's ID.
 * @code: What it is: enum vpasid_obstacle_code.
 * @cap_id: Of the virtual capability that has no place: its ID.
 * @cap_length: Of the virtual capability that has no place: how many bytes it has.
 * @reserved: 0, room for later fields.
 *
 * This is plain data, and may be copied as long as the quirk is there. Its size is part of the ABI.
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
 * struct vpasid_place_request - a question for places
 * @argsz: sizeof(struct vpasid_place_request). A program that was built with a shorter one leaves
 *	the members behind it at their defaults.
 * @flags: 0.
 * @config: All of the config space that the VMM has of the function. A VMM that passes the
 *	function on through VFIO has what VFIO shows, or what vpasid_vfio_view() makes of
 *	the function's own; others have another layout, another digest and other free bytes.
 *	Whoever serves a function of its own has that function's. No alignment is needed.
 * @size: How many bytes @config has: VPASID_CONFIG_SIZE.
 * @layout: What vpasid_layout_read() has filled in from @config; NULL to have it read.
 * @quirks: The quirks that vpasid_quirks_match() found for the function; may be NULL if
 *	@quirk_count is 0.
 * @quirk_count: How many quirks there are.
 * @caps: The capabilities that the guest is to have, the most important one first. NULL with a
 *	@cap_count of 0 is for PASID alone.
 * @cap_count: How many there are, up to VPASID_MAX_CAPS.
 * @ranges: Where capabilities may go; offsets and lengths are multiples of 4. NULL with a
 *	@range_count of 0 is for all of the extended space.
 * @range_count: How many ranges there are.
 * @obstacle: Called if there is no place for a capability, for each thing that stands in the way,
 *	in descending order of offsets; or if an offset is refused, for what stands there.
 *	The obstacle is valid during the call only. May be NULL.
 * @opaque: Handed to @obstacle.
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
 * vpasid_place() - find places for virtual capabilities
 * @request: The function, what is known of it, and the capabilities.
 * @placement: Filled in on success, all zeros on error.
 *
 * A function in which no PCI Express Capability is found (vpasid_conventional_find()) has no
 * place: a guest looks for no extended capabilities in it. Otherwise the place of a capability
 * for which the request has no offset is the first of these that exists:
 *
 * 1. the offset that a quirk prescribes, which quirks do for PASID alone. The quirk is trusted:
 *    the bytes there needn't be zero, and a capability of unknown length may reach there. But no
 *    other capability than PASID may be known to stand there;
 * 2. the offset of the function's own capability with the same ID, if it is in @config (VFIO hides
 *    PASID) and is exact and long enough. Those that may be repeated have no such place.
 *    A VMM must let no guest's access reach its registers, as a view of vconfig.h lets none;
 * 3. the highest multiple of 4 at which as many bytes are free as the capability has: they are
 *    zero in @config, no quirk says that registers hide there, no capability reaches there
 *    (vpasid_span_reach()), and no other of the list stands there.
 *
 * Rule 3 comes after all others have their places, and then in the order of the list. So what
 * follows in a list moves nothing before it: PASID, if it comes first, goes where it would go
 * alone. If that leaves a capability without a place, the longest choose first, and of equal ones
 * the first of the list.
 *
 * An explicit offset is accepted if any of these rules would allow it. None of the places may be
 * outside of @request->ranges.
 *
 * A chain that loops means that the device is faulty or that its config space was read
 * wrongly, so no place is chosen by rules 2 and 3. A quirk's offset and an explicit one
 * are accepted all the same: all that such a chain can reach is known.
 *
 * The result depends only on where capabilities stand, what quirks say, which bytes are zero, and
 * on the request, so another host with the same device gets the same.
 *
 * Thread-safe; allocates nothing. Reads each dword of the extended space once at most, beside the
 * chain, unless there is no place.
 *
 * Return: 0, or
 *	-EINVAL	@request->size isn't VPASID_CONFIG_SIZE: from less it can't be known
 *		what stands at the end; or the list or a range is none,
 *	-E2BIG	@request is longer than this library knows, and the rest of it isn't zero,
 *	-EIO	all of the header reads as ones, as for vpasid_layout_read(),
 *	-ENXIO	it has no PCI Express Capability, or its list of capabilities breaks off
 *		before one,
 *	-EPROTO	the chain is broken (&vpasid_layout.broken), so it isn't known what
 *		stands behind the break. A quirk's offset is accepted all the same,
 *	-ELOOP	the chain is a loop (&vpasid_layout.loops), and neither a quirk nor
 *		the request names a place,
 *	-ENOSPC	there is no gap for a capability; @request->obstacle was told why,
 *	-EBUSY	something stands at an offset that the request has, or that a quirk
 *		prescribes; @request->obstacle was told what.
 */
VPASID_API int vpasid_place(const struct vpasid_place_request *request,
			    struct vpasid_placement *placement);

/**
 * vpasid_place_verify() - check that a placement holds for this function, too
 * @request: The function, and what is known of it; its list is ignored.
 * @placement: The placement from another host. Only its digest and its capabilities count, but
 *	not the reasons.
 *
 * The target of a migration calls this before it accepts a guest. The offsets are checked
 * as vpasid_place() checks explicit ones, so a chain that loops isn't an error here.
 *
 * Return: 0, or
 *	-ESTALE	the function's layout isn't the one that @placement was made for,
 *	-EBUSY	the layout is the same, but something stands at an offset;
 *		@request->obstacle was told what,
 *	-EINVAL	as for vpasid_place(); or what is in @placement can't be a placement,
 *	-E2BIG, -EIO, -ENXIO, -EPROTO	as for vpasid_place().
 */
VPASID_API int vpasid_place_verify(const struct vpasid_place_request *request,
				   const struct vpasid_placement *placement);

/**
 * vpasid_obstacle_describe() - describe an obstacle in a sentence
 * @obstacle: The obstacle.
 * @text: Where to put the sentence and a null byte; may be NULL if @size is 0.
 * @size: How many bytes @text has. VPASID_OBSTACLE_TEXT is enough unless a quirk's
 *	source is long.
 *
 * The sentence has no full stop, as in "0x140-0x18f: AER stands there".
 *
 * Return: the length of the whole sentence, as snprintf(3) returns it.
 */
VPASID_API int vpasid_obstacle_describe(const struct vpasid_obstacle *obstacle, char *text,
					size_t size);

/**
 * VPASID_OBSTACLE_TEXT - bytes that an obstacle's sentence usually needs at most
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
