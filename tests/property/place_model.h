/* SPDX-License-Identifier: MIT */
/*
 * A model of vpasid/place.h, which looks at every byte and is as simple as can be. It uses
 * the layout and the quirks that the library gives, but shares no code with the library.
 */
#ifndef PLACE_MODEL_H
#define PLACE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vpasid/config.h>
#include <vpasid/place.h>
#include <vpasid/quirks.h>

#define MODEL_SIZE 0x1000

/**
 * struct model - which bytes are taken, and by what
 * @known: The bytes that a capability is known to reach.
 * @may: The bytes that a capability of unknown length may reach.
 * @hidden: The bytes where registers hide, according to a quirk.
 * @nonzero: The bytes that don't read as zero.
 * @other: The bytes of capabilities other than PASID; if the length isn't known, of their
 *	headers.
 * @prescribed: The offset that quirks prescribe, or 0.
 * @physical: The offset of the first PASID capability if its length is exact, or 0.
 * @headless: There is no capability, and no room for a placeholder at 0x100.
 * @broken: The chain is broken.
 * @loops: The chain leads back to one of its headers.
 * @is_conventional: There is no PCI Express Capability.
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
	bool is_conventional;
};

/**
 * model_reach() - compute what vpasid_span_reach() must answer
 * @span: The capability.
 * @quirks: The quirks that match the function.
 * @count: How many quirks there are.
 * @known: Set to whether the length is known.
 *
 * Return: how many bytes the capability reaches.
 */
unsigned int model_reach(const struct vpasid_span *span, const struct vpasid_quirk *const *quirks,
			 size_t count, bool *known);

/**
 * model_look() - look at a function
 * @model: Filled in.
 * @config: All of the config space.
 * @layout: The layout of @config.
 * @quirks: The quirks that match the function.
 * @count: How many quirks there are.
 */
void model_look(struct model *model, const uint8_t *config, const struct vpasid_layout *layout,
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
 * model_choose() - compute what vpasid_place() must answer
 * @model: The function.
 * @offset: Set to where the capability goes; of no use if there is no place.
 * @reason: Set to why: enum vpasid_place_reason.
 *
 * Return: what vpasid_place() must return.
 */
int model_choose(const struct model *model, unsigned int *offset, unsigned int *reason);

/**
 * model_admits() - compute what vpasid_place() must answer for an explicit offset
 * @model: The function.
 * @offset: The offset, anything but 0.
 *
 * Return: what vpasid_place() must return.
 */
int model_admits(const struct model *model, unsigned int offset);

/**
 * model_place() - compute what vpasid_place() must answer for a list
 * @model: The function.
 * @layout: Its layout.
 * @allowed: The bytes where capabilities may go.
 * @caps: The list, with all lengths; offsets and reasons are filled in.
 * @count: How many there are.
 *
 * Return: what vpasid_place() must return.
 */
int model_place(const struct model *model, const struct vpasid_layout *layout,
		const bool allowed[MODEL_SIZE], struct vpasid_cap *caps, unsigned int count);

#endif /* PLACE_MODEL_H */
