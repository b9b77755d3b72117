// SPDX-License-Identifier: MIT
/*
 * vconfig_property [COUNT [SEED]]: compares guests' views of random config spaces with a
 * model of what a guest must see, with a device behind the view and without.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/vconfig.h>

#include "spaces.h"
#include "vconfig_model.h"

#define DEFAULT_COUNT 80000
#define ACCESSES      24

/* A space, its view, the model of the view, and the device behind it. */
static struct trial {
	struct random_config space;
	struct vpasid_layout layout;
	struct vpasid_info info;
	struct vpasid_placement placement;
	struct vpasid_vconfig_request request;
	struct vpasid_vconfig *view;
	struct model model;
	uint8_t device[VPASID_CONFIG_SIZE];   /* as the view has written it */
	uint8_t expected[VPASID_CONFIG_SIZE]; /* as the model has written it */
	bool has_device;
	int fail_at;
	unsigned int last; /* where the previous part of the same access ended */
	unsigned int changes[VPASID_MAX_CAPS];
	unsigned int resets; /* of the page request interface */
	struct vpasid_vconfig_registers registers[MODEL_CAPS];
	uint8_t bytes[MODEL_CAPS][VPASID_CONFIG_SIZE];
	uint8_t masks[MODEL_CAPS][VPASID_CONFIG_SIZE];
} trial;

static uint64_t views, refused, accesses, failures, several, too_short, overlaps;

/* The device */

static int part(uint16_t offset, uint16_t length)
{
	check(length && offset >= trial.last && offset + length <= VPASID_CONFIG_SIZE);
	trial.last = offset + length;
	return trial.fail_at >= offset && trial.fail_at < offset + length ? -EHWPOISON : 0;
}

static bool touches(uint16_t offset, uint16_t length)
{
	for (unsigned int i = offset; i < (unsigned int)offset + length; i++) {
		if (trial.model.own[i])
			return true;
	}
	return false;
}

static int device_read(void *opaque, uint16_t offset, void *data, uint16_t length)
{
	check(opaque == &trial && !touches(offset, length));
	memcpy(data, trial.device + offset, length);
	return part(offset, length);
}

static int device_write(void *opaque, uint16_t offset, const void *data, uint16_t length)
{
	int ret = part(offset, length);

	check(opaque == &trial && !touches(offset, length));
	if (!ret)
		memcpy(trial.device + offset, data, length);
	return ret;
}

static void count_change(unsigned int id)
{
	for (unsigned int i = 0; i < trial.model.cap_count; i++)
		trial.changes[i] += trial.model.caps[i].id == id;
}

static void pasid_changed(void *opaque, uint16_t control)
{
	check(opaque == &trial && vpasid_vconfig_control(trial.view) == control);
	count_change(VPASID_EXT_CAP_PASID);
}

static void ats_changed(void *opaque, uint16_t control)
{
	check(opaque == &trial && !(control & ~(VPASID_ATS_STU | VPASID_ATS_ENABLE)));
	count_change(VPASID_EXT_CAP_ATS);
}

/* The view has them already when it tells of them. */
static void check_told_registers(uint16_t control, uint32_t allocation)
{
	uint8_t pri[16], told[16] = { 0 };

	told[4] = control & VPASID_PRI_ENABLE;
	for (unsigned int i = 0; i < 4; i++)
		told[12 + i] = allocation >> 8 * i;
	check(!vpasid_vconfig_read(trial.view,
				   vpasid_vconfig_offset(trial.view, VPASID_EXT_CAP_PRI), pri, 16));
	check(pri[4] == told[4] && !memcmp(pri + 12, told + 12, 4));
}

static uint16_t pri_changed(void *opaque, uint16_t control, uint32_t allocation)
{
	check(opaque == &trial && !(control & ~(VPASID_PRI_ENABLE | VPASID_PRI_RESET)));
	check(control != (VPASID_PRI_ENABLE | VPASID_PRI_RESET));
	check_told_registers(control, allocation);
	trial.resets += !!(control & VPASID_PRI_RESET);
	count_change(VPASID_EXT_CAP_PRI);
	return trial.model.stopped ? VPASID_PRI_STOPPED : 0;
}

static void cap_changed(void *opaque, const struct vpasid_cap *cap)
{
	check(opaque == &trial && cap->id == 0x0b);
	count_change(cap->id);
}

static void check_changes(void)
{
	check(vpasid_vconfig_control(trial.view) == model_control(&trial.model));
	for (unsigned int i = 0; i < trial.model.cap_count; i++)
		check(trial.changes[i] == trial.model.changes[i]);
	check(trial.resets == trial.model.resets);
}

static const struct vpasid_vconfig_ops with_device = {
	.argsz = sizeof(with_device),
	.read = device_read,
	.write = device_write,
	.pasid_changed = pasid_changed,
	.ats_changed = ats_changed,
	.pri_changed = pri_changed,
	.cap_changed = cap_changed,
};
static const struct vpasid_vconfig_ops without_device = {
	.argsz = sizeof(without_device),
	.pasid_changed = pasid_changed,
	.ats_changed = ats_changed,
	.pri_changed = pri_changed,
	.cap_changed = cap_changed,
};

/* The view */

static void random_info(struct vpasid_info *info)
{
	memset(info, 0, sizeof(*info));
	info->width = 1 + random_below(&rng, VPASID_MAX_WIDTH);
	info->iommu_width = 1 + random_below(&rng, VPASID_MAX_WIDTH);
	info->capabilities = random_below(&rng, 4);
	info->enabled = random_below(&rng, 4);
	info->known = random_below(&rng, 4);
}

static unsigned int lesser(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

static unsigned int usable_width(void)
{
	const struct vpasid_info *info = &trial.info;

	return info->known & VPASID_KNOWN_IOMMU_WIDTH ? lesser(info->width, info->iommu_width)
						      : info->width;
}

/* As the registers have them, which is one bit higher than in @info. */
static unsigned int permissions(void)
{
	const struct vpasid_info *info = &trial.info;
	unsigned int enabled = info->known & VPASID_KNOWN_ENABLED ? info->enabled : 3;

	return (info->capabilities & enabled & ~trial.request.withheld) << 1;
}

/* PASID, and in half of the spaces others, too, or they alone */
static size_t random_list(struct vpasid_cap caps[MODEL_CAPS])
{
	size_t count = 1;

	caps[0] = (struct vpasid_cap){ .id = VPASID_EXT_CAP_PASID };
	if (random_below(&rng, 2))
		return count;
	if (random_below(&rng, 2))
		caps[count++] = (struct vpasid_cap){ .id = VPASID_EXT_CAP_PRI };
	if (random_below(&rng, 2))
		caps[count++] = (struct vpasid_cap){ .id = VPASID_EXT_CAP_ATS };
	if (random_below(&rng, 2))
		caps[count++] =
			(struct vpasid_cap){ .id = 0x0b, .length = 8 + 4 * random_below(&rng, 12) };
	if (count > 1 && !random_below(&rng, 4))
		caps[0] = caps[--count];
	return count;
}

/* Moves the last one into another one of the list, or right before or behind it. */
static void move_one(struct vpasid_placement *placement)
{
	struct vpasid_cap *last = &placement->caps[placement->cap_count - 1];
	const struct vpasid_cap *other =
		&placement->caps[random_below(&rng, placement->cap_count - 1)];

	last->offset = other->offset - last->length +
		       4 * random_below(&rng, (last->length + other->length) / 4 + 1);
}

/* Half of the time where vpasid_place() puts them, else PASID anywhere, as a quirk may. */
static void random_placement(void)
{
	struct vpasid_cap caps[MODEL_CAPS];
	struct vpasid_place_request request = {
		.argsz = sizeof(request),
		.config = trial.space.config,
		.size = VPASID_CONFIG_SIZE,
		.layout = &trial.layout,
		.caps = caps,
		.cap_count = random_list(caps),
	};
	unsigned int near = VPASID_CONFIG_CONVENTIONAL;

	if (random_below(&rng, 2) && !vpasid_place(&request, &trial.placement)) {
		if (trial.placement.cap_count > 1 && !random_below(&rng, 4))
			move_one(&trial.placement);
		return;
	}

	memset(&trial.placement, 0, sizeof(trial.placement));
	trial.placement.digest = vpasid_layout_digest(&trial.layout);
	if (trial.layout.span_count)
		near = trial.layout.spans[random_below(&rng, trial.layout.span_count)].offset;
	trial.placement.cap_count = 1;
	trial.placement.caps[0] = (struct vpasid_cap){ .id = VPASID_EXT_CAP_PASID };
	trial.placement.caps[0].offset = random_below(&rng, 2)
						 ? near + 4 * random_below(&rng, 5) - 8
						 : 0x100 + 4 * random_below(&rng, 0x3c0);
}

/* The function's own registers are taken if there are no others, and its length is exact. */
static void random_registers(unsigned int i, const struct vpasid_cap *cap)
{
	const struct vpasid_span *span = vpasid_layout_find(&trial.layout, cap->id);
	struct model_cap *model = &trial.model.caps[i];
	bool is_emulated = cap->id != 0x0b;
	unsigned int length = cap->length ? cap->length : 8;

	for (unsigned int at = 0; at < length; at++) {
		trial.bytes[i][at] = random_below(&rng, 256);
		trial.masks[i][at] = random_below(&rng, 2) ? random_below(&rng, 256) : 0;
	}
	trial.bytes[i][0] = cap->id;
	trial.bytes[i][1] = 0;
	trial.registers[i].bytes = trial.bytes[i];
	trial.registers[i].writable = random_below(&rng, 8) ? trial.masks[i] : NULL;
	trial.registers[i].length = length + random_below(&rng, 2);
	model->id = cap->id;
	model->offset = cap->offset;
	model->length = length;
	memcpy(model->initial, trial.bytes[i], length);
	memcpy(model->mask, trial.masks[i], length);
	if (!trial.registers[i].writable)
		memset(model->mask, 0, length);
	if (!is_emulated || !span || !(span->flags & VPASID_SPAN_EXACT) || random_below(&rng, 2))
		return;
	trial.registers[i].bytes = NULL;
	memcpy(model->initial, trial.space.config + span->offset, length);
}

static bool overlap(unsigned int a, unsigned int a_length, unsigned int b, unsigned int b_length)
{
	return a < b + b_length && b < a + a_length;
}

/*
 * Is a place outside the space, in another of the list, or in a capability of the function's that
 * it doesn't replace?
 */
static bool collides(unsigned int i)
{
	const struct model_cap *cap = &trial.model.caps[i];

	if (cap->offset < 0x100 || cap->offset + cap->length > 0x1000)
		return true;
	for (unsigned int j = 0; j < i; j++) {
		const struct model_cap *other = &trial.model.caps[j];

		if (overlap(cap->offset, cap->length, other->offset, other->length))
			return true;
	}
	for (unsigned int j = 0; j < trial.layout.span_count; j++) {
		const struct vpasid_span *span = &trial.layout.spans[j];
		unsigned int length = span->flags & VPASID_SPAN_EXACT ? span->length : 4;

		if ((span->id != cap->id || cap->id == 0x0b) &&
		    overlap(cap->offset, cap->length, span->offset, length))
			return true;
	}
	return false;
}

static bool any_collides(void)
{
	for (unsigned int i = 0; i < trial.model.cap_count; i++) {
		if (collides(i)) {
			overlaps += trial.model.cap_count > 1;
			return true;
		}
	}
	return false;
}

/* Takes some bytes away from a capability's registers, if they count and if there is a view. */
static void check_short_registers(void)
{
	unsigned int i = random_below(&rng, trial.placement.cap_count);
	struct vpasid_vconfig_registers *of = &trial.registers[i];
	const uint32_t length = of->length;
	struct vpasid_vconfig *view;

	if (trial.placement.caps[i].id == 0x1b || !of->bytes)
		return;
	of->length = random_below(&rng, trial.model.caps[i].length);
	check(vpasid_vconfig_new(&trial.request, &view) == -EINVAL && !view);
	of->length = length;
	too_short++;
}

/* ATS or PRI, or nothing */
static uint16_t random_masked(void)
{
	static const uint16_t ids[] = { 0, 0, 0x0f, 0x13 };

	return ids[random_below(&rng, 4)];
}

static bool make_view(void)
{
	static uint16_t masked; /* a second view is made of the request, to migrate to */
	unsigned int width;
	int ret;

	random_info(&trial.info);
	trial.model.cap_count = trial.placement.cap_count;
	for (unsigned int i = 0; i < trial.placement.cap_count; i++)
		random_registers(i, &trial.placement.caps[i]);
	trial.model.masked = random_masked();
	masked = trial.model.masked;
	width = random_below(&rng, usable_width() + 1);
	trial.has_device = random_below(&rng, 2);
	trial.request = (struct vpasid_vconfig_request){
		.argsz = sizeof(struct vpasid_vconfig_request),
		.config = trial.space.config,
		.size = VPASID_CONFIG_SIZE,
		.info = &trial.info,
		.placement = &trial.placement,
		.width = width,
		.registers = trial.registers,
		.register_count = trial.placement.cap_count,
		.masked = &masked,
		.masked_count = masked ? 1 : 0,
		.withheld = random_below(&rng, 4),
		.ops = trial.has_device ? &with_device : &without_device,
		.opaque = &trial,
	};
	ret = vpasid_vconfig_new(&trial.request, &trial.view);
	check(ret == (any_collides() ? -EBUSY : 0) && !ret == !!trial.view);
	if (ret)
		return false;

	check_short_registers();
	model_make(&trial.model, trial.space.config, width ? width : usable_width(), permissions());
	memcpy(trial.device, trial.space.config, sizeof(trial.device));
	memcpy(trial.expected, trial.space.config, sizeof(trial.expected));
	memset(trial.changes, 0, sizeof(trial.changes));
	trial.resets = 0;
	several += trial.model.cap_count > 1;
	trial.fail_at = -1;
	return true;
}

/* Accesses */

/* Mostly where something happens. */
static unsigned int random_offset(void)
{
	unsigned int at = random_below(&rng, VPASID_CONFIG_SIZE);

	switch (random_below(&rng, 6)) {
	case 0:
		return at;
	case 1:
		at = trial.model.flr[random_below(&rng, 2)];
		break;
	case 2:
		if (trial.model.chain_length)
			at = trial.model.chain[random_below(&rng, trial.model.chain_length)];
		break;
	case 3: /* of PRI, Control is before Status */
		at = random_below(&rng, trial.model.cap_count);
		return trial.model.caps[at].offset +
		       (trial.model.caps[at].id == VPASID_EXT_CAP_PRI ? 4 : 6);
	default:
		at = trial.model.caps[random_below(&rng, trial.model.cap_count)].offset;
		break;
	}
	at += random_below(&rng, 16);
	return at < 8 ? 0 : lesser(at - 8, VPASID_CONFIG_SIZE - 1);
}

static unsigned int random_length(unsigned int offset)
{
	unsigned int length = 1u << random_below(&rng, 3);

	if (!random_below(&rng, 4))
		length = random_below(&rng, 17);
	if (!random_below(&rng, 64))
		length = random_below(&rng, VPASID_CONFIG_SIZE);
	return lesser(length, VPASID_CONFIG_SIZE - offset);
}

static void guest_reads(unsigned int offset, unsigned int length)
{
	uint8_t data[VPASID_CONFIG_SIZE], seen[VPASID_CONFIG_SIZE];
	bool fails = false;
	int ret;

	for (unsigned int i = 0; i < length; i++) {
		unsigned int at = offset + i;
		bool own = trial.model.own[at] || !trial.has_device;

		seen[i] = own ? trial.model.seen[at] : trial.expected[at];
		fails |= !own && (int)at == trial.fail_at;
	}
	if (fails)
		memset(seen, 0xff, length);
	trial.last = 0;
	ret = vpasid_vconfig_read(trial.view, offset, data, length);
	check(ret == (fails ? -EHWPOISON : 0));
	check(!memcmp(data, seen, length));
	failures += fails;
}

static void guest_writes(unsigned int offset, unsigned int length)
{
	uint8_t data[VPASID_CONFIG_SIZE];
	bool succeeds;
	int ret;

	for (unsigned int i = 0; i < length; i++)
		data[i] = random_below(&rng, 2) ? random_below(&rng, 256) : random_below(&rng, 8);
	succeeds = model_write(&trial.model, offset, data, length,
			       trial.has_device ? trial.expected : NULL, trial.fail_at);
	trial.last = 0;
	ret = vpasid_vconfig_write(trial.view, offset, data, length);
	check(ret == (succeeds ? 0 : -EHWPOISON));
	check_changes();
	failures += !succeeds;
}

/* What became of page requests */
static void host_answers(void)
{
	static const uint16_t flags[] = { 1, 2, 3, 0x100, 0x101 };
	uint16_t flag = flags[random_below(&rng, 5)];
	bool has_pri = model_set_status(&trial.model, flag);

	check(vpasid_vconfig_set_pri_status(trial.view, flag) == (has_pri ? 0 : -ENOENT));
}

static void access_once(void)
{
	unsigned int offset = random_offset();
	unsigned int length = random_length(offset);

	trial.fail_at = -1;
	if (trial.has_device && !random_below(&rng, 8))
		trial.fail_at = (int)(offset + random_below(&rng, 8));
	trial.model.stopped = random_below(&rng, 2);
	if (random_below(&rng, 2))
		guest_reads(offset, length);
	else
		guest_writes(offset, length);
	if (!random_below(&rng, 8))
		host_answers();
	trial.fail_at = -1;
	accesses++;
}

/* Compares all of the device and of the view, after the writes. */
static void check_rest(void)
{
	check(!memcmp(trial.device, trial.expected, sizeof(trial.device)));
	guest_reads(0, VPASID_CONFIG_SIZE);
}

/* The next of the function's own capabilities that isn't PASID, or NULL. */
static const struct vpasid_span *next_own(unsigned int *next)
{
	while (*next < trial.layout.span_count) {
		const struct vpasid_span *span = &trial.layout.spans[(*next)++];

		if (!model_taken_out(&trial.model, span->id))
			return span;
	}
	return NULL;
}

/* A header with ID and version 0 reads as zeros if nothing that stays is behind it. */
static bool is_nothing(const struct vpasid_span *span)
{
	const struct vpasid_span *last = NULL, *own;
	unsigned int next = 0;

	while ((own = next_own(&next)))
		last = own;
	return span == last && !span->id && !span->version;
}

static bool ends_with_nothing(void)
{
	for (unsigned int i = 0; i < trial.layout.span_count; i++) {
		if (is_nothing(&trial.layout.spans[i]))
			return true;
	}
	return false;
}

static void check_findings(const struct vpasid_layout *guest)
{
	for (unsigned int i = 0; i < guest->finding_count && i < VPASID_MAX_FINDINGS; i++)
		check(guest->findings[i].code != VPASID_FINDING_EMPTY || ends_with_nothing());
}

static bool is_virtual(const struct vpasid_span *span)
{
	bool is_one = false;

	for (unsigned int i = 0; i < trial.model.cap_count; i++)
		is_one |= trial.model.caps[i].offset == span->offset &&
			  trial.model.caps[i].id == span->id;
	check(is_one || span->id != VPASID_EXT_CAP_PASID);
	return is_one;
}

/* The table, applied to the function's space, makes what the guest reads. */
static void check_patches(void)
{
	static struct vpasid_vconfig_patch patches[VPASID_CONFIG_SIZE / 4];
	size_t count = vpasid_vconfig_patches(trial.view, patches, VPASID_CONFIG_SIZE / 4);
	uint8_t image[VPASID_CONFIG_SIZE];

	memcpy(image, trial.space.config, sizeof(image));
	for (size_t i = 0; i < count; i++) {
		struct model_patch expected =
			model_patch(&trial.model, trial.space.config, patches[i].offset);

		check(patches[i].mask == expected.mask);
		check(patches[i].writable == expected.writable && patches[i].w1c == expected.w1c);
		for (unsigned int j = 0; j < 4; j++) {
			uint8_t *byte = &image[patches[i].offset + j];

			*byte = (*byte & ~(patches[i].mask >> 8 * j)) | patches[i].value >> 8 * j;
			check(trial.model.own[patches[i].offset + j]);
		}
	}
	for (unsigned int at = 0; at < VPASID_CONFIG_SIZE; at++)
		check(image[at] ==
		      (trial.model.own[at] ? trial.model.seen[at] : trial.space.config[at]));
}

/* The guest finds the function's own capabilities in their order, each once, and PASID. */
static void check_chain(void)
{
	static struct vpasid_layout guest;
	uint8_t image[VPASID_CONFIG_SIZE];
	unsigned int next = 0, found = 0;
	const struct vpasid_span *own = next_own(&next);

	trial.last = 0;
	check(!vpasid_vconfig_read(trial.view, 0, image, sizeof(image)));
	check(vpasid_layout_read(image, sizeof(image), &guest) > 0);
	check(!guest.broken && !guest.loops);
	check_findings(&guest);
	for (unsigned int i = 0; i < guest.span_count; i++) {
		const struct vpasid_span *span = &guest.spans[i];

		if (is_virtual(span)) {
			found++;
		} else if (own && span->offset == own->offset) {
			check(span->id == own->id && span->version == own->version);
			own = next_own(&next);
		} else {
			/* the placeholder that the chain begins with */
			check(i == 0 && span->offset == VPASID_CONFIG_CONVENTIONAL && !span->id);
		}
	}
	check(found == trial.model.cap_count);
	check(!own || is_nothing(own));
}

/* Migrates to a second view, which refuses the state if one bit of it is wrong. */
static void migrate(void)
{
	uint8_t state[VPASID_VCONFIG_STATE_MAX], again[VPASID_VCONFIG_STATE_MAX];
	static struct model saved;
	struct vpasid_vconfig *source = trial.view;
	int size = vpasid_vconfig_save(source, state, sizeof(state));
	unsigned int bit = random_below(&rng, 8 * size);

	check(size > 0 && vpasid_vconfig_state_size(source) == (size_t)size);
	check(!vpasid_vconfig_new(&trial.request, &trial.view));
	saved = trial.model;
	trial.model.stopped = false;
	model_reset(&trial.model);
	memcpy(trial.changes, trial.model.changes, sizeof(trial.model.changes));
	trial.resets = trial.model.resets;

	state[bit / 8] ^= 1 << bit % 8;
	check(vpasid_vconfig_restore(trial.view, state, size) < 0);
	check_changes();
	state[bit / 8] ^= 1 << bit % 8;

	check(!vpasid_vconfig_restore(trial.view, state, size));
	model_restore(&trial.model, &saved);
	check_changes();
	check(vpasid_vconfig_save(trial.view, again, sizeof(again)) == size);
	check(!memcmp(state, again, size));
	vpasid_vconfig_free(source);
}

static void try_space(void)
{
	random_config(&rng, &trial.space);
	check(vpasid_layout_read(trial.space.config, VPASID_CONFIG_SIZE, &trial.layout) >= 0);
	random_placement();
	if (!make_view()) {
		refused++;
		return;
	}

	views++;
	check_chain();
	for (int i = 0; i < ACCESSES; i++)
		access_once();
	migrate();
	check_rest();
	check_patches();
	vpasid_vconfig_reset(trial.view);
	model_reset(&trial.model);
	check_changes();
	check_rest();
	vpasid_vconfig_free(trial.view);
	trial.view = NULL;
}

int main(int argc, char **argv)
{
	uint64_t count = spaces_try(argv, DEFAULT_COUNT, try_space);

	(void)argc;
	check(views && refused && failures && several && too_short && overlaps);
	printf("ok 1 - %" PRIu64 " spaces: %" PRIu64 " views, %" PRIu64
	       " of several capabilities, and %" PRIu64 " places refused, %" PRIu64
	       " accesses, %" PRIu64 " failed by the device\n1..1\n",
	       count, views, several, refused, accesses, failures);
	return 0;
}
