/* SPDX-License-Identifier: MIT */
/*
 * Where a virtual PASID capability may go, byte by byte, as naively as vpasid/place.h
 * can be said. Of the library it takes the layout and the quirks as they are given, and
 * shares no code with it.
 */
#ifndef PLACE_MODEL_H
#define PLACE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vpasid/config.h>
#include <vpasid/quirks.h>

#define MODEL_SIZE 0x1000

/**
 * struct model - which bytes are taken, and by what
 * @known: A capability that is known to reach there.
 * @may: A capability of unknown length may reach there.
 * @hidden: A quirk says that registers hide there.
 * @nonzero: The device reads non-zero there.
 * @other: A capability of known extent or a header, other than PASID's.
 * @prescribed: The offset that quirks prescribe, or 0.
 * @physical: Of the first PASID capability if its length is exact, or 0.
 * @headless: There is no capability, and no room for a placeholder at 0x100.
 * @broken: Of the layout.
 * @loops: The chain leads back to one of its headers.
 */
struct model {
	bool known[MODEL_SIZE];
	bool may[MODEL_SIZE];
	bool hidden[MODEL_SIZE];
	bool nonzero[MODEL_SIZE];
	bool other[MODEL_SIZE];
	unsigned int prescribed;
	unsigned int physical;
	bool headless;
	bool broken;
	bool loops;
};

/**
 * model_reach() - how far a capability reaches
 * @span: The capability.
 * @quirks: All that match the function.
 * @count: How many.
 * @known: Whether that is known.
 *
 * Return: bytes.
 */
unsigned int model_reach(const struct vpasid_span *span, const struct vpasid_quirk *const *quirks,
			 size_t count, bool *known);

/**
 * model_make() - look at a function
 * @model: Filled in.
 * @config: All of the config space.
 * @layout: Of @config.
 * @quirks: All that match the function.
 * @count: How many.
 */
void model_make(struct model *model, const uint8_t *config, const struct vpasid_layout *layout,
		const struct vpasid_quirk *const *quirks, size_t count);

/**
 * model_is_free() - does nothing stand at an offset?
 * @model: The function.
 * @offset: 0x100 to 0xff8.
 *
 * Return: whether none of the eight bytes is taken.
 */
bool model_is_free(const struct model *model, unsigned int offset);

/**
 * model_choose() - what vpasid_place() has to answer
 * @model: The function.
 * @offset: Where the capability goes, 0 if there is no place.
 * @reason: enum vpasid_place_reason.
 *
 * Return: what vpasid_place() returns.
 */
int model_choose(const struct model *model, unsigned int *offset, unsigned int *reason);

/**
 * model_admits() - the same for an explicit offset
 * @model: The function.
 * @offset: The offset, anything but 0.
 *
 * Return: what vpasid_place() returns.
 */
int model_admits(const struct model *model, unsigned int offset);

#endif /* PLACE_MODEL_H */
