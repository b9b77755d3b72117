// SPDX-License-Identifier: MIT
/*
 * vpasid/vconfig.h on any config space, with any capabilities and any guest. The end of the input
 * is the guest: a request in twelve bytes, and accesses in four each; what stands before is the
 * space, so that a dump is a good input.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include <vpasid/vconfig.h>

#include "fuzz.h"

#define GUEST	    128
#define REQUEST	    12
#define STEP	    4
#define MAX_LENGTH  15
#define CTRL_ALL    (VPASID_CTRL_ENABLE | VPASID_CTRL_EXEC | VPASID_CTRL_PRIV)
#define VSEC	    0x0b
#define CAPS	    5
#define MAX_BYTES   (4 * 17)
#define MAX_MASKED  2
#define PRI_STOPPED 0x01000000u /* in the dword of Control and Status */

/* Bits of the request's fifth byte: what the list has */
#define HAS_NO_PASID 0x01
#define HAS_ATS	     0x02
#define HAS_PRI	     0x04
#define HAS_VSEC     0x08
#define HAS_OTHER    0x10
#define HAS_NO_BYTES 0x20 /* for ATS and PRI: the function's own */
#define HAS_NO_MASKS 0x40
#define IS_HEAP	     0x80 /* if nobody chooses places: all are at one */

static struct {
	uint8_t config[VPASID_CONFIG_SIZE]; /* the function's, as it was */
	uint8_t device[VPASID_CONFIG_SIZE]; /* as it is */
	uint8_t first[VPASID_CONFIG_SIZE];  /* what the guest saw at first */
	uint8_t told[VPASID_CONFIG_SIZE];   /* the capabilities' registers by the callbacks */
	const uint8_t *guest;
	struct vpasid_layout layout;
	struct vpasid_info info;
	struct vpasid_cap caps[CAPS];
	unsigned int cap_count;
	struct vpasid_vconfig_registers registers[CAPS];
	uint8_t bytes[CAPS][MAX_BYTES];
	uint8_t masks[CAPS][MAX_BYTES];
	uint16_t masked[MAX_MASKED];
	unsigned int masked_count;
	struct vpasid_placement placement;
	struct vpasid_vconfig *view;
	unsigned int offered;
	unsigned int last;
	uint16_t stopped; /* what the page request interface answers */
	bool is_restoring;
} fuzz;

/* A dword that the guest sees otherwise than the function has it is the view's. */
static bool is_changed(unsigned int at)
{
	at &= ~3u;
	return memcmp(fuzz.first + at, fuzz.config + at, 4) != 0;
}

static void check_part(uint16_t offset, uint16_t length)
{
	check(length && offset >= fuzz.last && offset + length <= VPASID_CONFIG_SIZE);
	for (unsigned int i = 0; i < fuzz.placement.cap_count; i++) {
		const struct vpasid_cap *cap = &fuzz.placement.caps[i];

		check(offset + length <= cap->offset || offset >= cap->offset + cap->length);
	}
	fuzz.last = offset + length;
}

static int device_read(void *opaque, uint16_t offset, void *data, uint16_t length)
{
	check(opaque == &fuzz);
	check_part(offset, length);
	memcpy(data, fuzz.device + offset, length);
	return 0;
}

static int device_write(void *opaque, uint16_t offset, const void *data, uint16_t length)
{
	check(opaque == &fuzz);
	check_part(offset, length);
	for (unsigned int at = offset; at < fuzz.last; at++)
		check(!is_changed(at));
	memcpy(fuzz.device + offset, data, length);
	return 0;
}

/* Callbacks: each gets what has changed, and nothing else. */

static const struct vpasid_cap *placed(uint16_t id)
{
	return vpasid_placement_find(&fuzz.placement, id);
}

static uint32_t get32(const uint8_t *bytes)
{
	return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static void read_cap(const struct vpasid_cap *cap, uint8_t *bytes)
{
	check(!vpasid_vconfig_read(fuzz.view, cap->offset, bytes, cap->length));
}

/* Takes over what a callback was told of; @offset is of the first byte that may have changed. */
static void tell(const struct vpasid_cap *cap, unsigned int offset, unsigned int length,
		 bool must_differ)
{
	uint8_t bytes[MAX_BYTES], *told = fuzz.told + cap->offset + offset;

	read_cap(cap, bytes);
	check(!must_differ || memcmp(told, bytes + offset, length) != 0);
	memcpy(told, bytes + offset, length);
}

static void pasid_changed(void *opaque, uint16_t control)
{
	check(opaque == &fuzz && vpasid_vconfig_control(fuzz.view) == control);
	tell(placed(VPASID_EXT_CAP_PASID), 6, 2, true);
}

static void ats_changed(void *opaque, uint16_t control)
{
	const struct vpasid_cap *cap = placed(VPASID_EXT_CAP_ATS);
	uint16_t before = get32(fuzz.told + cap->offset + 4) >> 16;

	check(opaque == &fuzz && !(control & ~(VPASID_ATS_ENABLE | VPASID_ATS_STU)));
	check(!(before & control & VPASID_ATS_ENABLE));
	tell(cap, 6, 2, true);
	check(get32(fuzz.told + cap->offset + 4) >> 16 == control);
}

static uint16_t pri_changed(void *opaque, uint16_t control, uint32_t allocation)
{
	const struct vpasid_cap *cap = placed(VPASID_EXT_CAP_PRI);
	const uint8_t *told = fuzz.told + cap->offset;
	bool resets = control & VPASID_PRI_RESET;
	uint16_t before = get32(told + 4) & 0xffff;
	uint32_t allocated = get32(told + 12);

	check(opaque == &fuzz && !(control & ~(VPASID_PRI_ENABLE | VPASID_PRI_RESET)));
	check(!resets || !(control & VPASID_PRI_ENABLE));
	tell(cap, 4, 2, false);
	tell(cap, 12, 4, false);
	check((get32(told + 4) & 0xffff) == (control & VPASID_PRI_ENABLE));
	check(get32(told + 12) == allocation && allocation <= get32(fuzz.first + cap->offset + 8));
	check(!(before & control & VPASID_PRI_ENABLE) || allocated == allocation);
	check(resets || before != (control & VPASID_PRI_ENABLE) || allocated != allocation ||
	      fuzz.is_restoring);
	return fuzz.stopped;
}

static void cap_changed(void *opaque, const struct vpasid_cap *cap)
{
	unsigned int i = 0;

	check(opaque == &fuzz);
	while (i < fuzz.placement.cap_count && fuzz.placement.caps[i].offset != cap->offset)
		i++;
	check(i < fuzz.placement.cap_count && fuzz.placement.caps[i].id == cap->id);
	check(cap->id != VPASID_EXT_CAP_PASID && cap->id != VPASID_EXT_CAP_ATS &&
	      cap->id != VPASID_EXT_CAP_PRI);
	tell(cap, 4, cap->length - 4u, true);
}

/* Nothing has changed without a callback, except PRI's Status. */
static void check_told(void)
{
	for (unsigned int i = 0; i < fuzz.placement.cap_count; i++) {
		const struct vpasid_cap *cap = &fuzz.placement.caps[i];
		const uint8_t *told = fuzz.told + cap->offset;
		uint8_t bytes[MAX_BYTES];

		read_cap(cap, bytes);
		if (cap->id == VPASID_EXT_CAP_PRI)
			memcpy(bytes + 6, told + 6, 2);
		check(!memcmp(bytes, told, cap->length));
	}
}

static void read_all(uint8_t *image)
{
	fuzz.last = 0;
	check(!vpasid_vconfig_read(fuzz.view, 0, image, VPASID_CONFIG_SIZE));
}

/* The request */

static void add_cap(uint16_t id, unsigned int length)
{
	unsigned int i = fuzz.cap_count++;

	fuzz.caps[i] = (struct vpasid_cap){ .id = id, .length = (uint16_t)length, .version = 1 };
	for (unsigned int j = 0; j < length; j++) {
		fuzz.bytes[i][j] = fuzz.guest[(7 * i + j) % GUEST];
		fuzz.masks[i][j] = fuzz.guest[(GUEST - 1 - j) % GUEST];
	}
	fuzz.bytes[i][0] = (uint8_t)id;
	fuzz.bytes[i][1] = id >> 8;
	fuzz.registers[i] = (struct vpasid_vconfig_registers){
		.bytes = fuzz.bytes[i],
		.writable = fuzz.guest[4] & HAS_NO_MASKS ? NULL : fuzz.masks[i],
		.length = (uint32_t)length,
	};
	if (fuzz.guest[4] & HAS_NO_BYTES && (id == VPASID_EXT_CAP_ATS || id == VPASID_EXT_CAP_PRI))
		fuzz.registers[i].bytes = NULL;
}

/* An ID from the input, unless it is one of those that come by themselves */
static void add_other(uint16_t id, unsigned int length)
{
	if (id && id != 0xffff && id != VPASID_EXT_CAP_PASID && id != VPASID_EXT_CAP_ATS &&
	    id != VPASID_EXT_CAP_PRI)
		add_cap(id, length);
}

static void make_list(void)
{
	uint8_t has = fuzz.guest[4];

	fuzz.cap_count = 0;
	if (!(has & HAS_NO_PASID))
		add_cap(VPASID_EXT_CAP_PASID, 8);
	if (has & HAS_ATS)
		add_cap(VPASID_EXT_CAP_ATS, 8);
	if (has & HAS_PRI)
		add_cap(VPASID_EXT_CAP_PRI, 16);
	if (has & HAS_OTHER)
		add_other(fuzz.guest[6] | fuzz.guest[7] << 8, 8 + 4 * (fuzz.guest[5] >> 4));
	if (has & HAS_VSEC)
		add_cap(VSEC, 8 + 4 * (fuzz.guest[5] & 0xf));
	fuzz.masked_count = fuzz.guest[11] >> 6 < MAX_MASKED ? fuzz.guest[11] >> 6 : MAX_MASKED;
	fuzz.masked[0] = fuzz.guest[8] | (fuzz.guest[9] & 1) << 8;
	fuzz.masked[1] = fuzz.guest[10] | (fuzz.guest[11] & 1) << 8;
}

/* One behind the other, without looking for gaps */
static void place_anyhow(void)
{
	unsigned int offset = (fuzz.guest[2] | fuzz.guest[3] << 8) & 0x1fff;

	fuzz.placement = (struct vpasid_placement){
		.digest = vpasid_layout_digest(&fuzz.layout),
		.cap_count = (uint16_t)fuzz.cap_count,
	};
	for (unsigned int i = 0; i < fuzz.cap_count; i++) {
		fuzz.placement.caps[i] = fuzz.caps[i];
		fuzz.placement.caps[i].offset = (uint16_t)offset;
		if (!(fuzz.guest[4] & IS_HEAP))
			offset += fuzz.caps[i].length;
	}
}

/* Has each capability registers that it can be made of? */
static bool has_bytes(void)
{
	for (unsigned int i = 0; i < fuzz.cap_count; i++) {
		const struct vpasid_span *span = vpasid_layout_find(&fuzz.layout, fuzz.caps[i].id);

		if (!fuzz.registers[i].bytes && (!span || !(span->flags & VPASID_SPAN_EXACT)))
			return false;
	}
	return true;
}

static bool has_width(unsigned int width)
{
	unsigned int usable = vpasid_info_usable_width(&fuzz.info);

	return !placed(VPASID_EXT_CAP_PASID) ||
	       (usable && fuzz.info.width <= VPASID_MAX_WIDTH && width <= usable);
}

#define CHANGES                                                                                 \
	.pasid_changed = pasid_changed, .ats_changed = ats_changed, .pri_changed = pri_changed, \
	.cap_changed = cap_changed

static const struct vpasid_vconfig_ops without_device = { .argsz = sizeof(without_device),
							  CHANGES };
static const struct vpasid_vconfig_ops with_device = {
	.argsz = sizeof(with_device),
	.read = device_read,
	.write = device_write,
	CHANGES,
};

static void check_made(int ret, bool is_placed, unsigned int width)
{
	check(!ret == !!fuzz.view);
	if (!fuzz.cap_count || !has_width(width))
		check(ret == -EINVAL);
	else if (is_placed)
		check(ret == (has_bytes() ? 0 : -EINVAL));
	else
		check(ret == -EBUSY || ret == (has_bytes() ? 0 : -EINVAL));
	check(ret || is_placed || !(fuzz.guest[4] & IS_HEAP) || fuzz.cap_count == 1);
}

static int make(bool has_device)
{
	const struct vpasid_place_request place = {
		.argsz = sizeof(place),
		.config = fuzz.config,
		.size = VPASID_CONFIG_SIZE,
		.caps = fuzz.caps,
		.cap_count = fuzz.cap_count,
	};
	const struct vpasid_vconfig_request request = {
		.argsz = sizeof(request),
		.config = fuzz.config,
		.size = VPASID_CONFIG_SIZE,
		.info = &fuzz.info,
		.placement = &fuzz.placement,
		.width = fuzz.guest[1] >> 6,
		.registers = fuzz.registers,
		.register_count = fuzz.cap_count,
		.masked = fuzz.masked,
		.masked_count = fuzz.masked_count,
		.ops = has_device ? &with_device : &without_device,
		.opaque = &fuzz,
	};
	bool is_placed =
		fuzz.cap_count && !(fuzz.guest[3] & 0x80) && !vpasid_place(&place, &fuzz.placement);
	int ret;

	if (!is_placed)
		place_anyhow();
	ret = vpasid_vconfig_new(&request, &fuzz.view);
	check_made(ret, is_placed, request.width);
	return ret;
}

/* The chain */

static bool repeats(uint16_t id)
{
	return id == VSEC || id == 0x23 || id == 0x2e;
}

static bool is_masked(uint16_t id)
{
	for (unsigned int i = 0; i < fuzz.masked_count; i++) {
		if (fuzz.masked[i] == id)
			return true;
	}
	return id == VPASID_EXT_CAP_PASID;
}

static bool is_taken_out(uint16_t id)
{
	return is_masked(id) || (placed(id) && !repeats(id));
}

/* Is the last header that stays all zeros once its pointer is 0? */
static bool ends_with_nothing(void)
{
	const struct vpasid_span *last = NULL;

	for (unsigned int i = 0; i < fuzz.layout.span_count; i++) {
		if (!is_taken_out(fuzz.layout.spans[i].id))
			last = &fuzz.layout.spans[i];
	}
	return last && !last->id && !last->version;
}

static bool is_virtual(const struct vpasid_span *span)
{
	for (unsigned int i = 0; i < fuzz.placement.cap_count; i++) {
		if (fuzz.placement.caps[i].offset == span->offset)
			return fuzz.placement.caps[i].id == span->id;
	}
	return false;
}

/* The chain that a guest finds: sound, with each virtual capability in it once. */
static void check_chain(void)
{
	static struct vpasid_layout seen;
	unsigned int found = 0;

	check(vpasid_layout_read(fuzz.first, VPASID_CONFIG_SIZE, &seen) > 0 && !seen.broken &&
	      !seen.loops);
	for (unsigned int i = 0; i < seen.finding_count && i < VPASID_MAX_FINDINGS; i++)
		check(seen.findings[i].code != VPASID_FINDING_EMPTY || ends_with_nothing());
	for (unsigned int i = 0; i < seen.span_count; i++) {
		const struct vpasid_span *span = &seen.spans[i];

		found += is_virtual(span);
		/* a placeholder at the head has ID 0 */
		check(is_virtual(span) || !span->id || !is_taken_out(span->id));
	}
	check(found == fuzz.placement.cap_count);
}

/* The guest */

static void check_control(uint16_t before)
{
	uint16_t control = vpasid_vconfig_control(fuzz.view);

	check(!(control & ~fuzz.offered));
	check(!(before & control & VPASID_CTRL_ENABLE) || before == control);
	check_told();
}

static void guest_writes(size_t offset, const uint8_t *data, size_t length)
{
	uint16_t before = vpasid_vconfig_control(fuzz.view);
	int ret = vpasid_vconfig_write(fuzz.view, offset, data, length);

	check(ret == (offset + length <= VPASID_CONFIG_SIZE ? 0 : -EINVAL));
	check_control(before);
}

/* The same bytes, together and one by one. */
static void guest_reads(size_t offset, size_t length)
{
	bool within = offset + length <= VPASID_CONFIG_SIZE;
	uint8_t bytes[MAX_LENGTH], byte = 0xff;

	check(vpasid_vconfig_read(fuzz.view, offset, bytes, length) == (within ? 0 : -EINVAL));
	for (size_t i = 0; i < length; i++) {
		fuzz.last = 0;
		check(!within || !vpasid_vconfig_read(fuzz.view, offset + i, &byte, 1));
		check(bytes[i] == byte);
	}
}

/* The host reports the results of page requests. */
static void host_answers(uint16_t flags)
{
	const uint16_t all = VPASID_PRI_FAILURE | VPASID_PRI_UNEXPECTED | VPASID_PRI_STOPPED;
	int ret = vpasid_vconfig_set_pri_status(fuzz.view, flags);

	if (!placed(VPASID_EXT_CAP_PRI))
		check(ret == -ENOENT);
	else
		check(ret == (flags & ~all ? -EINVAL : 0));
	check_told();
}

/* One access: how long it is and whether it writes, where, and what. */
static void step(const uint8_t *step, const uint8_t *data)
{
	const struct vpasid_cap *cap = &fuzz.placement.caps[step[2] % fuzz.placement.cap_count];
	size_t offset = step[1] | (step[2] & 0x1f) << 8;
	size_t length = step[0] % (MAX_LENGTH + 1);

	fuzz.stopped = step[0] & 0x10 ? VPASID_PRI_STOPPED : 0;
	if (step[2] & 0x80) /* where it matters most */
		offset = cap->offset + step[1] % cap->length;
	fuzz.last = 0;
	if (step[0] & 0x20)
		host_answers(step[1] | (step[2] & 3) << 8);
	if (step[2] & 0x40)
		guest_writes(offset, data, length);
	else
		guest_reads(offset, length);
}

/* Saved states */

static void change(uint8_t *state, size_t size)
{
	for (size_t i = 0; i < size; i++)
		state[i] ^= fuzz.guest[REQUEST + i % (GUEST - REQUEST)];
}

static void check_state(void)
{
	uint8_t state[VPASID_VCONFIG_STATE_MAX], again[VPASID_VCONFIG_STATE_MAX];
	char why[VPASID_VCONFIG_WHY_TEXT];
	int length, size;

	fuzz.stopped = 0;
	size = vpasid_vconfig_save(fuzz.view, state, sizeof(state));
	check(size > 0 && (size_t)size == vpasid_vconfig_state_size(fuzz.view));
	vpasid_vconfig_reset(fuzz.view);
	check(!vpasid_vconfig_control(fuzz.view));
	check_told();
	/* changed by the guest's bytes: its checksum can't be right */
	change(state, (size_t)size);
	length = vpasid_vconfig_why_stale(fuzz.view, state, (size_t)size, why, sizeof(why));
	check(length >= 0 && (size_t)length < sizeof(why) && strlen(why) == (size_t)length);
	fuzz.is_restoring = true;
	check(!vpasid_vconfig_restore(fuzz.view, state, (size_t)size) == !length);
	vpasid_vconfig_reset(fuzz.view);
	change(state, (size_t)size);
	check(!vpasid_vconfig_restore(fuzz.view, state, (size_t)size));
	fuzz.is_restoring = false;
	check_told();
	check(vpasid_vconfig_save(fuzz.view, again, sizeof(again)) == size);
	check(!memcmp(state, again, (size_t)size));
}

/* The table */

static struct vpasid_vconfig_patch patches[VPASID_CONFIG_SIZE / 4];

/* The virtual capability that a dword belongs to, or NULL. */
static const struct vpasid_cap *cap_of(unsigned int offset)
{
	for (unsigned int i = 0; i < fuzz.placement.cap_count; i++) {
		const struct vpasid_cap *cap = &fuzz.placement.caps[i];

		if (offset >= cap->offset && offset < (unsigned int)cap->offset + cap->length)
			return cap;
	}
	return NULL;
}

/* Is it the header of a capability that stays, of which nothing changes but the pointer? */
static bool is_pointer(unsigned int offset)
{
	for (unsigned int i = 0; i < fuzz.layout.span_count; i++) {
		const struct vpasid_span *span = &fuzz.layout.spans[i];

		if (span->offset == offset)
			return !cap_of(offset) && !is_taken_out(span->id);
	}
	return false;
}

/* The function's space with the table applied is what the guest reads. */
static void check_patches(size_t count)
{
	uint8_t image[VPASID_CONFIG_SIZE], seen[VPASID_CONFIG_SIZE];
	unsigned int last = 0;

	memcpy(image, fuzz.device, sizeof(image));
	for (size_t i = 0; i < count; i++) {
		const struct vpasid_vconfig_patch *patch = &patches[i];
		uint8_t *dword = image + patch->offset;
		uint32_t value = (get32(fuzz.config + patch->offset) & ~patch->mask) | patch->value;

		check(patch->offset >= 0x100 && patch->offset > last && patch->offset % 4 == 0);
		check(!(patch->value & ~patch->mask) && !(patch->writable & ~patch->mask) &&
		      !(patch->w1c & (patch->writable | ~patch->mask)) && !patch->reserved);
		check(patch->mask == (is_pointer(patch->offset) ? 0xfff00000 : 0xffffffff));
		last = patch->offset;
		for (unsigned int j = 0; j < 4; j++)
			dword[j] = value >> 8 * j & 0xff;
	}
	read_all(seen);
	check(!memcmp(image, seen, sizeof(image)));
}

/* A guest changes the bits that the table has, and no others. */
static void write_patch(const struct vpasid_vconfig_patch *patch, uint32_t value)
{
	const struct vpasid_cap *cap = cap_of(patch->offset);
	bool is_pri = cap && cap->id == VPASID_EXT_CAP_PRI && patch->offset == cap->offset + 4;
	bool has_rules = cap && (cap->id == VPASID_EXT_CAP_PASID || cap->id == VPASID_EXT_CAP_ATS ||
				 cap->id == VPASID_EXT_CAP_PRI);
	uint8_t data[4] = { (uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
			    (uint8_t)(value >> 24) };
	uint8_t bytes[4];
	uint32_t before, after;

	check(!vpasid_vconfig_read(fuzz.view, patch->offset, bytes, 4));
	before = get32(bytes);
	guest_writes(patch->offset, data, 4);
	check(!vpasid_vconfig_read(fuzz.view, patch->offset, bytes, 4));
	after = get32(bytes);
	check(!((before ^ after) & ~(patch->writable | patch->w1c | (is_pri ? PRI_STOPPED : 0))));
	check(!(after & patch->w1c & (value | ~before)));
	if (!has_rules)
		check(after == ((before & ~patch->writable) | (value & patch->writable)));
}

static void write_patches(size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t value = get32(fuzz.guest + REQUEST + i * 4 % (GUEST - REQUEST));

		fuzz.stopped = VPASID_PRI_STOPPED;
		write_patch(&patches[i], value);
		write_patch(&patches[i], ~value);
		write_patch(&patches[i], 0);
	}
}

/* The table stays as it is, except the values of bits that change. */
static void check_same_table(size_t count)
{
	static struct vpasid_vconfig_patch now[VPASID_CONFIG_SIZE / 4];

	check(vpasid_vconfig_patches(fuzz.view, now, VPASID_CONFIG_SIZE / 4) == count);
	for (size_t i = 0; i < count; i++) {
		uint32_t differs = patches[i].value ^ now[i].value;
		const struct vpasid_cap *cap = cap_of(now[i].offset);
		bool is_pri =
			cap && cap->id == VPASID_EXT_CAP_PRI && now[i].offset == cap->offset + 4;

		check(!(differs & ~(now[i].writable | now[i].w1c | (is_pri ? PRI_STOPPED : 0))));
		patches[i].value = now[i].value;
		check(!memcmp(&patches[i], &now[i], sizeof(now[i])));
	}
}

static void check_table(void)
{
	size_t count = vpasid_vconfig_patches(fuzz.view, patches, VPASID_CONFIG_SIZE / 4);

	check(count <= VPASID_CONFIG_SIZE / 4 &&
	      count == vpasid_vconfig_patches(fuzz.view, NULL, 0));
	check_patches(count);
	write_patches(count);
	check_same_table(count);
	check_patches(count);
}

static void run(bool has_device)
{
	const struct vpasid_cap *pasid;

	memcpy(fuzz.device, fuzz.config, sizeof(fuzz.device));
	if (make(has_device))
		return;

	read_all(fuzz.first);
	memcpy(fuzz.told, fuzz.first, sizeof(fuzz.told));
	pasid = placed(VPASID_EXT_CAP_PASID);
	fuzz.offered = pasid ? VPASID_CTRL_ENABLE | (fuzz.first[pasid->offset + 4] & CTRL_ALL) : 0;
	check_chain();
	for (unsigned int at = REQUEST; at + STEP + MAX_LENGTH <= GUEST; at += STEP)
		step(fuzz.guest + at, fuzz.guest + at + STEP);
	check_state();
	check_table();
	vpasid_vconfig_free(fuzz.view);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < GUEST || size > VPASID_CONFIG_SIZE)
		return 0;

	memset(fuzz.config, 0, sizeof(fuzz.config));
	memcpy(fuzz.config, data, size - GUEST);
	fuzz.guest = data + size - GUEST;
	if (vpasid_layout_read(fuzz.config, VPASID_CONFIG_SIZE, &fuzz.layout) < 0)
		return 0;

	memset(&fuzz.info, 0, sizeof(fuzz.info));
	fuzz.info.width = fuzz.guest[0] & 0x1f;
	fuzz.info.known = fuzz.guest[0] >> 5 & 3;
	fuzz.info.capabilities = fuzz.guest[1] & 3;
	fuzz.info.enabled = fuzz.guest[1] >> 2 & 3;
	fuzz.info.iommu_width = fuzz.guest[1] & 0x1f;
	make_list();
	run(false);
	run(true);
	return 0;
}
