/* SPDX-License-Identifier: MIT */
/*
 * Finds a place for a guest's virtual PASID capability, where nothing else stands.
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
 * @VPASID_PLACE_PHYSICAL: The function's own PASID capability stands there.
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
 * struct vpasid_placement - where a virtual PASID capability goes
 * @digest: The vpasid_layout_digest() of the function.
 * @offset: Where the capability's header goes: 0x100 to 0xff8, a multiple of 4.
 * @reason: Why it goes there: enum vpasid_place_reason.
 * @reserved: 0.
 *
 * A migration stream must carry @digest and @offset: if the target can't give the guest
 * the capability where it had it, the migration must be refused. See
 * vpasid_place_verify().
 */
struct vpasid_placement {
	uint64_t digest;
	uint16_t offset;
	uint8_t reason;
	uint8_t reserved[5];
};

/**
 * enum vpasid_obstacle_code - why a place can't be taken
 * @VPASID_OBSTACLE_UNALIGNED: The offset isn't a multiple of 4.
 * @VPASID_OBSTACLE_OUTSIDE: The eight bytes aren't all in the extended space.
 * @VPASID_OBSTACLE_SPAN: An extended capability stands there; &vpasid_obstacle.id and
 *	&vpasid_obstacle.span say which.
 * @VPASID_OBSTACLE_INEXACT_SPAN: A capability of unknown length may reach there;
 *	&vpasid_obstacle.id and &vpasid_obstacle.span say which.
 * @VPASID_OBSTACLE_NONZERO: The device reads non-zero there.
 * @VPASID_OBSTACLE_HIDDEN: A quirk says that registers hide there;
 *	&vpasid_obstacle.quirk says which.
 * @VPASID_OBSTACLE_SMALL: The bytes there are free, but there are fewer than eight.
 * @VPASID_OBSTACLE_HEAD: A chain has to begin at 0x100. If the function has no
 *	capability there, a placeholder must stand there, which needs its dword free;
 *	and where there is a placeholder already, no capability can take its place.
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
};

/**
 * struct vpasid_obstacle - what stands in the way
 * @quirk: For VPASID_OBSTACLE_HIDDEN, the quirk that says so; else NULL.
 * @offset: Where the obstacle begins.
 * @length: How many bytes it takes; for a capability, its vpasid_span_reach().
 * @span: For the two SPAN codes, the offset of the capability's header.
 * @id: For the two SPAN codes, the capability's ID.
 * @code: What it is: enum vpasid_obstacle_code.
 */
struct vpasid_obstacle {
	const struct vpasid_quirk *quirk;
	uint16_t offset;
	uint16_t length;
	uint16_t span;
	uint16_t id;
	uint8_t code;
};

/**
 * struct vpasid_place_request - a question for a place
 * @config: All of the config space that the VMM has of the function. A VMM that passes the
 *	function on through VFIO has what VFIO shows, or what vpasid_vfio_view() makes of
 *	the function's own; others have another layout, another digest and other free bytes.
 *	Whoever serves a function of its own has that function's. No alignment is needed.
 * @size: How many bytes @config has: VPASID_CONFIG_SIZE.
 * @layout: What vpasid_layout_read() has filled in from @config; NULL to have it read.
 * @quirks: The quirks that vpasid_quirks_match() found for the function; may be NULL if
 *	@quirk_count is 0.
 * @quirk_count: How many quirks there are.
 * @offset: The offset that the caller wants, to be checked by the rules; 0 to have a
 *	place found.
 * @obstacle: Called if there is no place, for each thing that stands in the way, in
 *	descending order of offsets; or if @offset is refused, for what stands there.
 *	The obstacle is valid during the call only. May be NULL.
 * @opaque: Handed to @obstacle.
 */
struct vpasid_place_request {
	const void *config;
	size_t size;
	const struct vpasid_layout *layout;
	const struct vpasid_quirk *const *quirks;
	size_t quirk_count;
	uint16_t offset;
	void (*obstacle)(void *opaque, const struct vpasid_obstacle *obstacle);
	void *opaque;
};

/**
 * vpasid_place() - find a place for a virtual PASID capability
 * @request: The function, and what is known of it.
 * @placement: Filled in on success, all zeros on error.
 *
 * A function in which no PCI Express Capability is found (vpasid_conventional_find()) has no
 * place: a guest looks for no extended capabilities in it, and PASID needs PCIe. Otherwise the
 * place is the first of these that exists:
 *
 * 1. the offset that a quirk prescribes. The quirk is trusted: the bytes there needn't
 *    be zero, and a capability of unknown length may reach there. But no other
 *    capability than PASID may be known to stand there;
 * 2. the offset of the function's own PASID capability, if it is in @config: VFIO hides it.
 *    A VMM must let no guest's access reach its registers, as a view of vconfig.h lets none;
 * 3. the highest multiple of 4 at which eight bytes are free: they are zero in @config,
 *    no quirk says that registers hide there, and no capability reaches there
 *    (vpasid_span_reach()).
 *
 * An explicit offset is accepted if any of these rules would allow it.
 *
 * A chain that loops means that the device is faulty or that its config space was read
 * wrongly, so no place is chosen by rules 2 and 3. A quirk's offset and an explicit one
 * are accepted all the same: all that such a chain can reach is known.
 *
 * The result depends only on where capabilities stand, what quirks say, and which bytes
 * are zero, so another host with the same device gets the same.
 *
 * Thread-safe; allocates nothing.
 *
 * Return: 0, or
 *	-EINVAL	@request->size isn't VPASID_CONFIG_SIZE: from less it can't be known
 *		what stands at the end,
 *	-EIO	all of the header reads as ones, as for vpasid_layout_read(),
 *	-ENXIO	it has no PCI Express Capability, or its list of capabilities breaks off
 *		before one,
 *	-EPROTO	the chain is broken (&vpasid_layout.broken), so it isn't known what
 *		stands behind the break. A quirk's offset is accepted all the same,
 *	-ELOOP	the chain is a loop (&vpasid_layout.loops), and neither a quirk nor
 *		@request->offset names a place,
 *	-ENOSPC	there is no gap; @request->obstacle was told why,
 *	-EBUSY	something stands at @request->offset, or at the offset that a quirk
 *		prescribes; @request->obstacle was told what.
 */
VPASID_API int vpasid_place(const struct vpasid_place_request *request,
			    struct vpasid_placement *placement);

/**
 * vpasid_place_verify() - check that a placement holds for this function, too
 * @request: The function, and what is known of it; &vpasid_place_request.offset is
 *	ignored.
 * @placement: The placement from another host. Only its offset and digest count.
 *
 * The target of a migration calls this before it accepts a guest. The offset is checked
 * as vpasid_place() checks an explicit one, so a chain that loops isn't an error here.
 *
 * Return: 0, or
 *	-ESTALE	the function's layout isn't the one that @placement was made for,
 *	-EBUSY	the layout is the same, but something stands at the offset;
 *		@request->obstacle was told what,
 *	-EINVAL, -EIO, -ENXIO, -EPROTO	as for vpasid_place().
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
 * @reason: &vpasid_placement.reason.
 *
 * Return: a static string: "quirk", "physical", "gap", "explicit"; "unknown" for
 *	any other value.
 */
VPASID_API const char *vpasid_place_reason_name(unsigned int reason);

VPASID_END_DECLS

#endif /* VPASID_PLACE_H */
