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

#define MODEL_CAPS 4

/**
 * struct model_cap - a virtual capability
 * @id: Capability ID.
 * @offset: Its offset.
 * @length: How many bytes it has.
 * @initial: Its bytes as they are at first; the header doesn't count.
 * @mask: For those that aren't PASID, ATS or PRI, the bits that the guest can write.
 */
struct model_cap {
	unsigned int id;
	unsigned int offset;
	unsigned int length;
	uint8_t initial[MODEL_SIZE];
	uint8_t mask[MODEL_SIZE];
};

/**
 * struct model - a guest's view
 * @seen: What the guest reads, for the bytes that are the view's own.
 * @own: The bytes that are the view's own: the virtual capabilities, headers that aren't
 *	as the function has them, and a physical capability that the guest mustn't reach.
 * @chain: The offsets of the function's own headers, in the order of the chain.
 * @chain_length: How many headers there are.
 * @caps: The virtual capabilities.
 * @cap_count: How many there are.
 * @masked: An ID that is taken out of the chain: ATS, PRI, or 0 for none.
 * @writable: The bits of PASID Control that the guest may set.
 * @stopped: What the page request interface answers to a change.
 * @flr: The offsets of the two bytes that may hold Initiate FLR, 0 for none.
 * @flr_bit: The bit in each of these bytes.
 * @changes: How often each capability has changed.
 * @resets: How often the page request interface had to forget what was outstanding.
 */
struct model {
	uint8_t seen[MODEL_SIZE];
	bool own[MODEL_SIZE];
	uint16_t chain[MODEL_HEADERS];
	unsigned int chain_length;
	struct model_cap caps[MODEL_CAPS];
	unsigned int cap_count;
	unsigned int masked;
	unsigned int writable;
	bool stopped;
	unsigned int flr[2];
	uint8_t flr_bit[2];
	unsigned int changes[MODEL_CAPS];
	unsigned int resets;
};

/**
 * struct model_patch - what a table must say of a dword
 * @mask: The bits that are the view's.
 * @writable: The bits that the guest can write.
 * @w1c: The bits that the guest clears by writing ones.
 */
struct model_patch {
	uint32_t mask;
	uint32_t writable;
	uint32_t w1c;
};

/**
 * model_patch() - compute a table's entry for a dword
 * @model: The view.
 * @config: The function's config space.
 * @offset: Where a dword stands that is the view's own.
 *
 * Return: what it must.
 */
struct model_patch model_patch(const struct model *model, const uint8_t *config,
			       unsigned int offset);

/**
 * model_make() - make the model of a view
 * @model: Its capabilities and what is masked are there; all else is filled in.
 * @config: The function's config space.
 * @width: Max PASID Width.
 * @permissions: Bits of PASID Control that are offered in addition to Enable.
 */
void model_make(struct model *model, const uint8_t *config, unsigned int width,
		unsigned int permissions);

/**
 * model_reset() - reset all capabilities
 * @model: The view.
 */
void model_reset(struct model *model);

/**
 * model_restore() - set all capabilities' registers to what they were
 * @model: The view, as it is at first.
 * @saved: What it was.
 */
void model_restore(struct model *model, const struct model *saved);

/**
 * model_set_status() - set flags of Page Request Status
 * @model: The view.
 * @flags: The flags, of 0x103.
 *
 * Return: whether there is such a register.
 */
bool model_set_status(struct model *model, unsigned int flags);

/**
 * model_control() - compute what PASID Control is
 * @model: The view.
 *
 * Return: the register; 0 without PASID.
 */
unsigned int model_control(const struct model *model);

/**
 * model_taken_out() - is a capability of the function's not in the guest's chain?
 * @model: The view.
 * @id: Capability ID.
 *
 * Return: whether it isn't.
 */
bool model_taken_out(const struct model *model, unsigned int id);

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
