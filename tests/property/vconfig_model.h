/* SPDX-License-Identifier: MIT */
/*
 * A model of what a guest must see of a function with a virtual PASID capability, byte by
 * byte and as simple as can be. It shares no code with the library.
 */
#ifndef VCONFIG_MODEL_H
#define VCONFIG_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define MODEL_SIZE    0x1000
#define MODEL_HEADERS 960

/**
 * struct model - a guest's view
 * @seen: What the guest reads, for the bytes that are the view's own.
 * @own: The bytes that are the view's own: the virtual capability, headers that aren't
 *	as the function has them, and a physical PASID that the guest mustn't reach.
 * @chain: The offsets of the function's own headers, in the order of the chain.
 * @chain_length: How many headers there are.
 * @offset: Where the virtual capability stands.
 * @control: The Control register.
 * @writable: The bits of @control that the guest may set.
 * @flr: The offsets of the two bytes that may hold Initiate FLR, 0 for none.
 * @flr_bit: The bit in each of these bytes.
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
 * model_make() - make the model of a view
 * @model: Filled in.
 * @config: The function's config space.
 * @offset: Where the virtual capability goes.
 * @width: Max PASID Width.
 * @permissions: Bits of the Control register that are offered besides Enable.
 */
void model_make(struct model *model, const uint8_t *config, unsigned int offset, unsigned int width,
		unsigned int permissions);

/**
 * model_set_control() - set the Control register
 * @model: The view.
 * @control: Its new value.
 */
void model_set_control(struct model *model, unsigned int control);

/**
 * model_write() - write for the guest
 * @model: The view.
 * @offset: Where the first byte goes.
 * @data: What to write.
 * @length: How many bytes to write.
 * @device: The function's own bytes, which are written to; NULL if there is no device.
 * @fail_at: The offset where the device refuses writes; -1 for none.
 *
 * Return: whether the write succeeds.
 */
bool model_write(struct model *model, unsigned int offset, const uint8_t *data, unsigned int length,
		 uint8_t *device, int fail_at);

#endif /* VCONFIG_MODEL_H */
