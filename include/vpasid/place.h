/* SPDX-License-Identifier: MIT */
/*
 * A place for a guest's virtual PASID capability, where it collides with nothing.
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
 * vpasid_span_reach() - how far a capability reaches, as far as places go
 * @span: The capability, one of a layout's spans.
 * @quirks: What vpasid_quirks_match() found of the function; may be NULL if
 *	@quirk_count is 0.
 * @quirk_count: How many quirks there are; 0 for none.
 * @known: Set to whether the length is known: it is exact, or a quirk tells it. If
 *	not, only the header is certain to be there, and the capability may reach up to
 *	the next header or the end of the space.
 *
 * What vpasid_place() keeps free of other things, known or not. Of a quirk's extents
 * only those count that begin where @span does and end within it; the longest of them
 * holds, and none has a say in a length that is exact.
 *
 * Return: bytes from the start of the header: 4 to &vpasid_span.length.
 */
VPASID_API unsigned int vpasid_span_reach(const struct vpasid_span *span,
					  const struct vpasid_quirk *const *quirks,
					  size_t quirk_count, bool *known);

/**
 * enum vpasid_place_reason - why a place was taken
 * @VPASID_PLACE_QUIRK: A quirk prescribes it.
 * @VPASID_PLACE_PHYSICAL: The function's own PASID capability stands there.
 * @VPASID_PLACE_GAP: The highest gap that is free.
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
 * @digest: vpasid_layout_digest() of the function.
 * @offset: Of its header: 0x100 to 0xff8, a multiple of 4.
 * @reason: enum vpasid_place_reason.
 * @reserved: 0.
 *
 * @digest and @offset are what a migration stream must carry: a guest finds the
 * capability where it left it, or the migration doesn't take place. See
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
 * @VPASID_OBSTACLE_UNALIGNED: The offset is no multiple of 4.
 * @VPASID_OBSTACLE_OUTSIDE: The eight bytes aren't all in the extended space.
 * @VPASID_OBSTACLE_SPAN: An extended capability stands there; @id and @span say
 *	which.
 * @VPASID_OBSTACLE_INEXACT_SPAN: A capability whose length isn't known may reach
 *	there; @id and @span say which.
 * @VPASID_OBSTACLE_NONZERO: The device reads non-zero there.
 * @VPASID_OBSTACLE_HIDDEN: A quirk says that registers hide there; @quirk.
 * @VPASID_OBSTACLE_SMALL: Free, but of fewer than eight bytes.
 * @VPASID_OBSTACLE_HEAD: The start of the chain: where there is no capability at
 *	0x100, a placeholder must stand there for the chain to begin with, and it
 *	doesn't fit together with a capability at this offset (0x100 with a chain
 *	that has a placeholder already).
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
 * @quirk: For VPASID_OBSTACLE_HIDDEN, else NULL.
 * @offset: Where it begins.
 * @length: Bytes that it takes; of a capability all of it.
 * @span: Offset of the capability's header, for the two SPAN codes.
 * @id: Its ID.
 * @code: enum vpasid_obstacle_code.
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
 * @config: All of the function's config space; needs no alignment. Through VFIO,
 *	as VFIO shows it, or the function's own: the rules are the same.
 * @size: Of @config: VPASID_CONFIG_SIZE.
 * @layout: vpasid_layout_read() of @config; or NULL, then it is read here.
 * @quirks: What vpasid_quirks_match() found of the function.
 * @quirk_count: How many; 0 for none.
 * @offset: The place that the caller wants, checked by the same rules as any;
 *	0: find one.
 * @obstacle: Called for each thing that stood in the way if no place is found, in
 *	descending order of offsets, or with what stands at @offset if that is
 *	refused; may be NULL. The obstacle is valid during the call only.
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
 * @request: The question.
 * @placement: Filled in on success, all zeros on error.
 *
 * In this order:
 *
 * 1. the offset that a quirk prescribes. The quirk's word is taken: neither
 *    zeros nor an absent capability are asked for; only that no capability of
 *    known extent other than PASID stands there;
 * 2. where the function's own PASID capability stands;
 * 3. the highest offset at which eight bytes are free: 4-aligned, outside all
 *    capabilities (one of unknown length reaches to the next, or to the end of
 *    the space, unless a quirk knows better), zero in @config, not hidden
 *    according to a quirk.
 *
 * An explicit offset is held against rules 1 to 3, whichever admits it.
 *
 * A function whose chain loops is out of order, or its config space was read wrongly,
 * so no place is chosen for it. A quirk's offset and an explicit one are taken all the
 * same: all that such a chain can reach is known.
 *
 * The result depends on where capabilities stand, what quirks say, and which
 * bytes are zero, on nothing else: a host with the same device gets the same.
 *
 * Thread-safe; allocates nothing.
 *
 * Return: 0, or
 *	-EINVAL	@request->size isn't VPASID_CONFIG_SIZE: with less, what stands
 *		at the end can't be known,
 *	-EIO	as of vpasid_layout_read(),
 *	-EPROTO	the chain is broken (&vpasid_layout.broken): what stands behind
 *		the break isn't known. A quirk's offset is taken all the same,
 *	-ELOOP	the chain is a loop (&vpasid_layout.loops), and neither a quirk nor
 *		@request->offset says where to go,
 *	-ENOSPC	there is no gap; @request->obstacle was told why,
 *	-EBUSY	@request->offset is taken; @request->obstacle was told by what.
 */
VPASID_API int vpasid_place(const struct vpasid_place_request *request,
			    struct vpasid_placement *placement);

/**
 * vpasid_place_verify() - does a placement hold for this function, too?
 * @request: The function; &vpasid_place_request.offset is ignored.
 * @placement: From another host. Only its offset and digest count.
 *
 * What a migration's target calls before it takes a guest. The offset is checked as
 * vpasid_place() checks an explicit one, so a chain that loops is no error here.
 *
 * Return: 0, or
 *	-ESTALE	the function's layout isn't the one that @placement is for,
 *	-EBUSY	the layout is, but something stands at the offset;
 *		@request->obstacle was told what,
 *	-EINVAL, -EIO, -EPROTO	as of vpasid_place().
 */
VPASID_API int vpasid_place_verify(const struct vpasid_place_request *request,
				   const struct vpasid_placement *placement);

/**
 * vpasid_obstacle_describe() - an obstacle as a sentence
 * @obstacle: The obstacle.
 * @text: Where to put it, with a null byte at its end; may be NULL if @size is 0.
 * @size: Of @text. VPASID_OBSTACLE_TEXT is enough unless a quirk's source is long.
 *
 * As "0x140-0x18f: AER stands there", without a full stop.
 *
 * Return: the sentence's length, as snprintf(3) has it.
 */
VPASID_API int vpasid_obstacle_describe(const struct vpasid_obstacle *obstacle, char *text,
					size_t size);

/**
 * VPASID_OBSTACLE_TEXT - bytes that an obstacle's sentence needs
 */
#define VPASID_OBSTACLE_TEXT 256

/**
 * vpasid_place_reason_name() - why a place was taken, for people and for JSON
 * @reason: &vpasid_placement.reason.
 *
 * Return: a static string: "quirk", "physical", "gap", "explicit"; "unknown" for
 *	any other value.
 */
VPASID_API const char *vpasid_place_reason_name(unsigned int reason);

VPASID_END_DECLS

#endif /* VPASID_PLACE_H */
