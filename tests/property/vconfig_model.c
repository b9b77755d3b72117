// SPDX-License-Identifier: MIT
#include <string.h>

#include "vconfig_model.h"

#define VSEC  0x0b
#define ATS   0x0f
#define PRI   0x13
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

static unsigned int real_length(const uint8_t *config, unsigned int offset)
{
	switch (get32(config + offset) & 0xffff) {
	case PRI:
		return 16;
	default:
		return 8;
	}
}

/* Hides all of its bytes, except those of another header. */
static void hide(struct model *model, const uint8_t *config, unsigned int offset)
{
	unsigned int length = real_length(config, offset);

	for (unsigned int at = offset; at < offset + length; at += 4) {
		if (at > offset && (at >= MODEL_SIZE || is_header(model, at)))
			break;
		memset(model->seen + at, 0, 4);
		own(model, at, 4);
	}
}

bool model_taken_out(const struct model *model, unsigned int id)
{
	for (unsigned int i = 0; i < model->cap_count; i++) {
		if (model->caps[i].id == id && id != VSEC)
			return true;
	}
	return id == PASID || (id && id == model->masked);
}

static const struct model_cap *cap_at(const struct model *model, unsigned int offset)
{
	for (unsigned int i = 0; i < model->cap_count; i++) {
		if (model->caps[i].offset == offset)
			return &model->caps[i];
	}
	return NULL;
}

/* Is it in this part of the guest's chain? */
static bool has(const uint16_t *guest, unsigned int count, unsigned int offset)
{
	for (unsigned int i = 0; i < count; i++) {
		if (guest[i] == offset)
			return true;
	}
	return false;
}

/* The guest's chain: the function's without those that are taken out, and the virtual ones once. */
static unsigned int guest_chain(const struct model *model, const uint8_t *config, uint16_t *guest)
{
	unsigned int count = 0;

	guest[count++] = 0x100;
	for (unsigned int i = 0; i < model->chain_length; i++) {
		unsigned int at = model->chain[i];

		if (has(guest, count, at))
			continue;
		if (cap_at(model, at) || !model_taken_out(model, get32(config + at) & 0xffff))
			guest[count++] = at;
	}
	for (unsigned int i = 0; i < model->cap_count; i++) {
		if (!has(guest, count, model->caps[i].offset))
			guest[count++] = model->caps[i].offset;
	}
	return count;
}

static void link_headers(struct model *model, const uint8_t *config)
{
	uint16_t guest[MODEL_HEADERS + 1 + MODEL_CAPS];
	unsigned int count = guest_chain(model, config, guest);

	for (unsigned int i = 0; i < count; i++) {
		unsigned int at = guest[i], next = i + 1 < count ? guest[i + 1] : 0;
		const struct model_cap *cap = cap_at(model, at);
		uint32_t low = get32(config + at) & 0xfffff, header;

		if (cap)
			low = cap->id | 1 << 16;
		else if (!is_header(model, at) || model_taken_out(model, low & 0xffff))
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

static bool has_pasid(const struct model *model)
{
	for (unsigned int i = 0; i < model->cap_count; i++) {
		if (model->caps[i].id == PASID)
			return true;
	}
	return false;
}

/* What each is at first */
static void make_cap(const struct model *model, struct model_cap *cap, unsigned int width,
		     unsigned int permissions)
{
	switch (cap->id) {
	case PASID:
		cap->initial[4] = permissions;
		cap->initial[5] = width;
		cap->initial[6] = 0;
		cap->initial[7] = 0;
		break;
	case ATS:
		cap->initial[6] = 0;
		cap->initial[7] = 0;
		break;
	case PRI:
		cap->initial[4] = 0;
		cap->initial[5] = 0;
		cap->initial[6] = 0;
		cap->initial[7] = 1 | (has_pasid(model) ? cap->initial[7] & 0x80 : 0);
		memset(cap->initial + 12, 0, 4);
		break;
	}
}

void model_make(struct model *model, const uint8_t *config, unsigned int width,
		unsigned int permissions)
{
	memcpy(model->seen, config, MODEL_SIZE);
	memset(model->own, 0, sizeof(model->own));
	memset(model->changes, 0, sizeof(model->changes));
	model->resets = 0;
	model->writable = 1 | permissions;
	model->flr[0] = find_reset(config, 0x10);
	model->flr_bit[0] = 0x80;
	model->flr[1] = find_reset(config, 0x13);
	model->flr_bit[1] = 0x01;

	find_chain(model, config);
	for (unsigned int i = 0; i < model->chain_length; i++) {
		if (model_taken_out(model, get32(config + model->chain[i]) & 0xffff))
			hide(model, config, model->chain[i]);
	}
	for (unsigned int i = 0; i < model->cap_count; i++)
		own(model, model->caps[i].offset, model->caps[i].length);
	link_headers(model, config);
	for (unsigned int i = 0; i < model->cap_count; i++) {
		struct model_cap *cap = &model->caps[i];

		make_cap(model, cap, width, permissions);
		memcpy(model->seen + cap->offset + 4, cap->initial + 4, cap->length - 4);
	}
}

unsigned int model_control(const struct model *model)
{
	for (unsigned int i = 0; i < model->cap_count; i++) {
		if (model->caps[i].id == PASID)
			return model->seen[model->caps[i].offset + 6];
	}
	return 0;
}

/* What can be written of a virtual capability's dword */
static void cap_patch(const struct model *model, const struct model_cap *cap, unsigned int at,
		      struct model_patch *patch)
{
	switch (cap->id) {
	case PASID:
		patch->writable = at == 4 ? model->writable << 16 : 0;
		break;
	case ATS:
		patch->writable = at == 4 ? 0x801f0000 : 0;
		break;
	case PRI:
		patch->writable = at == 4 ? 1 : at == 12 ? 0xffffffff : 0;
		patch->w1c = at == 4 ? 0x00030000 : 0;
		break;
	default:
		patch->writable = at ? get32(cap->mask + at) : 0;
	}
}

struct model_patch model_patch(const struct model *model, const uint8_t *config,
			       unsigned int offset)
{
	struct model_patch patch = { .mask = 0xffffffff };

	for (unsigned int i = 0; i < model->cap_count; i++) {
		const struct model_cap *cap = &model->caps[i];

		if (offset < cap->offset || offset >= cap->offset + cap->length)
			continue;
		cap_patch(model, cap, offset - cap->offset, &patch);
		return patch;
	}
	/* of a header that stays in the chain, the pointer alone */
	if (is_header(model, offset) && !model_taken_out(model, get32(config + offset) & 0xffff))
		patch.mask = 0xfff00000;
	return patch;
}

/* Tells of a change. The page request interface may say that it has stopped. */
static void tell(struct model *model, unsigned int i, bool resets)
{
	uint8_t *now = model->seen + model->caps[i].offset;

	model->changes[i]++;
	if (model->caps[i].id != PRI)
		return;
	model->resets += resets;
	if (!now[4] && model->stopped)
		now[7] |= 1;
}

static void set_all(struct model *model, unsigned int i, const uint8_t *registers, bool resets)
{
	const struct model_cap *cap = &model->caps[i];
	uint8_t *now = model->seen + cap->offset;

	if (!memcmp(now + 4, registers + 4, cap->length - 4))
		return;
	memcpy(now + 4, registers + 4, cap->length - 4);
	tell(model, i, resets);
}

void model_reset(struct model *model)
{
	for (unsigned int i = 0; i < model->cap_count; i++)
		set_all(model, i, model->caps[i].initial, true);
}

void model_restore(struct model *model, const struct model *saved)
{
	for (unsigned int i = 0; i < model->cap_count; i++)
		set_all(model, i, saved->seen + model->caps[i].offset, false);
}

bool model_set_status(struct model *model, unsigned int flags)
{
	for (unsigned int i = 0; i < model->cap_count; i++) {
		uint8_t *now = model->seen + model->caps[i].offset;

		if (model->caps[i].id != PRI)
			continue;
		now[6] |= flags & 3;
		if (!now[4] && (flags & 0x101))
			now[7] |= 1;
		return true;
	}
	return false;
}

/* Writes; @data and @length are those of the guest, of which @at is where the capability begins. */

struct guest_write {
	const uint8_t *data;
	unsigned int offset;
	unsigned int end;
};

static bool hits(const struct guest_write *write, unsigned int at)
{
	return at >= write->offset && at < write->end;
}

/* A register's byte after the write, were all of it writable. */
static unsigned int byte_at(const struct model *model, const struct guest_write *write,
			    unsigned int at)
{
	return hits(write, at) ? write->data[at - write->offset] : model->seen[at];
}

static bool write_pasid(struct model *model, unsigned int at, const struct guest_write *write)
{
	unsigned int control = model->seen[at + 6], next;

	/* the second byte has only reserved bits */
	next = byte_at(model, write, at + 6) & model->writable;
	if (control & next & 1)
		next = control;
	model->seen[at + 6] = next;
	return next != control;
}

static bool write_ats(struct model *model, unsigned int at, const struct guest_write *write)
{
	unsigned int low = byte_at(model, write, at + 6) & 0x1f;
	unsigned int high = byte_at(model, write, at + 7) & 0x80;
	bool differs = low != model->seen[at + 6] || high != model->seen[at + 7];

	if (!differs || (high && model->seen[at + 7]))
		return false;
	model->seen[at + 6] = low;
	model->seen[at + 7] = high;
	return true;
}

static bool is_reset(unsigned int written)
{
	return (written & 3) == 2;
}

static bool write_pri_control(uint8_t *now, unsigned int written)
{
	bool enables = written & 1, resets = is_reset(written);

	if (enables && now[4])
		return false;
	if (enables) {
		if (!(now[7] & 1))
			return false;
		now[4] = 1;
		now[6] = 0;
		now[7] &= 0x80;
		return true;
	}
	if (now[4]) {
		now[4] = 0;
		now[7] = (now[7] & 0x80) | resets;
		return true;
	}
	now[7] |= resets;
	return resets;
}

static bool write_pri(struct model *model, unsigned int at, const struct guest_write *write)
{
	uint8_t *now = model->seen + at;
	uint32_t capacity = get32(now + 8), before = get32(now + 12), next = 0;
	bool differs = false;

	if (hits(write, at + 4))
		differs = write_pri_control(now, write->data[at + 4 - write->offset]);
	if (hits(write, at + 6))
		now[6] &= ~(write->data[at + 6 - write->offset] & 3);
	for (unsigned int i = 0; i < 4; i++)
		next |= byte_at(model, write, at + 12 + i) << 8 * i;
	if (now[4])
		next = before;
	if (next > capacity)
		next = capacity;
	for (unsigned int i = 0; i < 4; i++)
		now[12 + i] = next >> 8 * i;
	return differs || next != before;
}

static bool write_bytes(struct model *model, const struct model_cap *cap,
			const struct guest_write *write)
{
	bool differs = false;

	for (unsigned int i = 4; i < cap->length; i++) {
		unsigned int at = cap->offset + i;
		uint8_t next = (model->seen[at] & ~cap->mask[i]) |
			       (byte_at(model, write, at) & cap->mask[i]);

		differs |= next != model->seen[at];
		model->seen[at] = next;
	}
	return differs;
}

static void write_caps(struct model *model, unsigned int offset, const uint8_t *data,
		       unsigned int length)
{
	const struct guest_write write = { data, offset, offset + length };

	for (unsigned int i = 0; i < model->cap_count; i++) {
		const struct model_cap *cap = &model->caps[i];
		bool differs, resets = false;

		if (cap->id == PASID)
			differs = write_pasid(model, cap->offset, &write);
		else if (cap->id == ATS)
			differs = write_ats(model, cap->offset, &write);
		else if (cap->id == PRI)
			differs = write_pri(model, cap->offset, &write);
		else
			differs = write_bytes(model, cap, &write);
		if (cap->id == PRI && hits(&write, cap->offset + 4))
			resets = is_reset(data[cap->offset + 4 - offset]);
		if (differs)
			tell(model, i, resets);
	}
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
			model_reset(model);
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
	/* What resets the function is below all virtual capabilities. */
	reset(model, offset, data, i - offset);
	write_caps(model, offset, data, i - offset);
	return i == end;
}
