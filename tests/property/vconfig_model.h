/* SPDX-License-Identifier: MIT */
/*
 * What a guest must see of a function with a virtual PASID capability: byte by byte,
 * as naively as it can be said. Shares no code with the library.
 */
#ifndef VCONFIG_MODEL_H
#define VCONFIG_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define MODEL_SIZE    0x1000
#define MODEL_HEADERS 960

/**
 * struct model - a guest's view
 * @seen: What the guest reads of the bytes that are the view's own.
 * @own: Which bytes those are: the virtual capability's, those of a header that
 *	isn't the function's, those of a physical PASID that the guest mustn't reach.
 * @chain: Offsets of the function's own headers, in the order of the chain.
 * @chain_length: How many.
 * @offset: Of the virtual capability.
 * @control: The Control register.
 * @writable: Which of its bits the guest may set.
 * @flr: Offsets of the two bytes that may hold Initiate FLR, 0 for none.
 * @flr_bit: Which bit of them.
 * @changes: How often @control has changed.
 */
struct model {
	uint8_t seen[MODEL_SIZE];
	bool own[MODEL_SIZE];
	uint16_t chain[MODEL_HEADERS];
	unsigned int chain_length;
	unsigned int offset;
	unsigned int control;
	unsigned int writable;
	unsigned int flr[2];
	uint8_t flr_bit[2];
	unsigned int changes;
};

/**
 * model_make() - what a view must be
 * @model: Filled in.
 * @config: The function's config space.
 * @offset: Where the virtual capability goes.
 * @width: Max PASID Width.
 * @permissions: Bits of the Control register that are offered besides Enable.
 */
void model_make(struct model *model, const uint8_t *config, unsigned int offset, unsigned int width,
		unsigned int permissions);

/**
 * model_set_control() - the Control register gets a value
 */
void model_set_control(struct model *model, unsigned int control);

/**
 * model_write() - a guest writes
 * @model: The view.
 * @offset: Of the first byte.
 * @data: What is written.
 * @length: How many bytes.
 * @device: The function behind the view, written to; NULL for none.
 * @fail_at: Offset whose writes the device refuses; -1 for none.
 *
 * Return: does the write succeed?
 */
bool model_write(struct model *model, unsigned int offset, const uint8_t *data, unsigned int length,
		 uint8_t *device, int fail_at);

#endif /* VCONFIG_MODEL_H */
