// SPDX-License-Identifier: MIT
#include <string.h>

#include "vconfig_model.h"

#define PASID 0x1b

static uint32_t get32(const uint8_t *bytes)
{
	return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static void find_chain(struct model *model, const uint8_t *config)
{
	bool met[MODEL_SIZE] = { false };
	unsigned int at = 0x100;

	model->chain_length = 0;
	while (at >= 0x100 && !met[at]) {
		uint32_t header = get32(config + at);

		if (header == 0 || header == 0xffffffff)
			return;
		met[at] = true;
		model->chain[model->chain_length++] = at;
		at = (header >> 20) / 4 * 4;
	}
}

static void own(struct model *model, unsigned int offset, unsigned int length)
{
	for (unsigned int i = offset; i < offset + length; i++)
		model->own[i] = true;
}

static bool is_header(const struct model *model, unsigned int offset)
{
	for (unsigned int i = 0; i < model->chain_length; i++) {
		if (model->chain[i] == offset)
			return true;
	}
	return false;
}

/* Hides all eight bytes, but for those of another header. */
static void hide(struct model *model, unsigned int offset)
{
	unsigned int length = offset + 4 == MODEL_SIZE || is_header(model, offset + 4) ? 4 : 8;

	memset(model->seen + offset, 0, length);
	own(model, offset, length);
}

/* The guest's chain: the function's without PASID, and the virtual one once. */
static unsigned int guest_chain(const struct model *model, const uint8_t *config, uint16_t *guest)
{
	bool in_place = false;
	unsigned int count = 1; /* the first may have to be a header at 0x100 */

	for (unsigned int i = 0; i < model->chain_length; i++) {
		unsigned int at = model->chain[i];

		in_place |= at == model->offset;
		if (at == model->offset || (get32(config + at) & 0xffff) != PASID)
			guest[count++] = at;
	}
	if (!in_place)
		guest[count++] = model->offset;
	if (guest[1] == 0x100) {
		memmove(guest, guest + 1, sizeof(*guest) * --count);
		return count;
	}
	guest[0] = 0x100;
	return count;
}

static void link_headers(struct model *model, const uint8_t *config)
{
	uint16_t guest[MODEL_HEADERS + 2];
	unsigned int count = guest_chain(model, config, guest);

	for (unsigned int i = 0; i < count; i++) {
		unsigned int at = guest[i], next = i + 1 < count ? guest[i + 1] : 0;
		uint32_t low = get32(config + at) & 0xfffff, header;

		if (at == model->offset)
			low = PASID | 1 << 16;
		else if (!is_header(model, at) || (low & 0xffff) == PASID)
			low = 0;
		header = low | next << 20;
		/* If the pointer is right already, its reserved bits stay the device's. */
		if (!model->own[at] && (get32(config + at) & 0xffcfffff) == header)
			continue;
		for (unsigned int j = 0; j < 4; j++)
			model->seen[at + j] = header >> 8 * j;
		own(model, at, 4);
	}
}

/* The byte that initiates FLR, in PCI Express (0x10) or Advanced Features (0x13) */
static unsigned int find_reset(const uint8_t *config, unsigned int id)
{
	bool met[0x100] = { false };
	unsigned int at = config[0x34] / 4 * 4;

	if (!(config[6] & 0x10))
		return 0;
	while (at >= 0x40 && !met[at] && config[at] != id) {
		met[at] = true;
		at = config[at + 1] / 4 * 4;
	}
	if (at < 0x40 || met[at])
		return 0;
	if (id == 0x10)
		return at + 10 <= 0x100 && config[at + 7] & 0x10 ? at + 9 : 0;
	return at + 6 <= 0x100 && config[at + 3] & 2 ? at + 4 : 0;
}

void model_make(struct model *model, const uint8_t *config, unsigned int offset, unsigned int width,
		unsigned int permissions)
{
	memset(model, 0, sizeof(*model));
	memcpy(model->seen, config, MODEL_SIZE);
	model->offset = offset;
	model->writable = 1 | permissions;
	model->flr[0] = find_reset(config, 0x10);
	model->flr_bit[0] = 0x80;
	model->flr[1] = find_reset(config, 0x13);
	model->flr_bit[1] = 0x01;

	find_chain(model, config);
	for (unsigned int i = 0; i < model->chain_length; i++) {
		if ((get32(config + model->chain[i]) & 0xffff) == PASID)
			hide(model, model->chain[i]);
	}
	own(model, offset, 8);
	link_headers(model, config);
	model->seen[offset + 4] = permissions;
	model->seen[offset + 5] = width;
	model->seen[offset + 6] = 0;
	model->seen[offset + 7] = 0;
}

void model_set_control(struct model *model, unsigned int control)
{
	model->changes += control != model->control;
	model->control = control;
	model->seen[model->offset + 6] = control;
}

static void write_control(struct model *model, unsigned int offset, const uint8_t *data,
			  unsigned int length)
{
	unsigned int at = model->offset + 6, next;

	if (at < offset || at >= offset + length)
		return; /* the second byte has nothing but reserved bits */
	next = data[at - offset] & model->writable;
	if (model->control & next & 1)
		next = model->control;
	model_set_control(model, next);
}

/* Does the device refuse any byte of the run of its own bytes from @offset on? */
static bool refuses(const struct model *model, unsigned int offset, unsigned int end, int fail_at)
{
	for (unsigned int i = offset; i < end && !model->own[i]; i++) {
		if ((int)i == fail_at)
			return true;
	}
	return false;
}

static void reset(struct model *model, unsigned int offset, const uint8_t *data,
		  unsigned int length)
{
	for (int i = 0; i < 2; i++) {
		unsigned int at = model->flr[i];

		if (at && at >= offset && at < offset + length &&
		    data[at - offset] & model->flr_bit[i])
			model_set_control(model, 0);
	}
}

bool model_write(struct model *model, unsigned int offset, const uint8_t *data, unsigned int length,
		 uint8_t *device, int fail_at)
{
	unsigned int end = offset + length, i;

	for (i = offset; i < end; i++) {
		if (model->own[i] || !device)
			continue;
		if ((i == offset || model->own[i - 1]) && refuses(model, i, end, fail_at))
			break;
		device[i] = data[i - offset];
	}
	write_control(model, offset, data, i - offset);
	reset(model, offset, data, i - offset);
	return i == end;
}
