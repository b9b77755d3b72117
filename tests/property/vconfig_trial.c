// SPDX-License-Identifier: MIT
/* Makes a random request for a view, and decides independently whether it must be refused. */
#include <errno.h>
#include <string.h>

#include "vconfig_trial.h"

struct trial trial;
struct trial_counts trial_counts;

static void random_info(struct vpasid_info *info)
{
	memset(info, 0, sizeof(*info));
	info->width = 1 + random_below(&rng, VPASID_MAX_WIDTH);
	info->iommu_width = 1 + random_below(&rng, VPASID_MAX_WIDTH);
	info->capabilities = random_below(&rng, 4);
	info->enabled = random_below(&rng, 4);
	info->known = random_below(&rng, 4);
}

static unsigned int usable_width(void)
{
	const struct vpasid_info *info = &trial.info;

	if (info->known & VPASID_KNOWN_IOMMU_WIDTH && info->iommu_width < info->width)
		return info->iommu_width;
	return info->width;
}

/* The bits of PASID Control, which are one bit higher than those of @info. */
static unsigned int permissions(void)
{
	const struct vpasid_info *info = &trial.info;
	unsigned int enabled = info->known & VPASID_KNOWN_ENABLED ? info->enabled : 3;

	return (info->capabilities & enabled & ~trial.request.withheld) << 1;
}

/* PASID; in half of the spaces, others are added, and may then replace it. */
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

/* Half of the time, where vpasid_place() puts them; otherwise PASID anywhere, as a quirk may. */
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

/* Sometimes there are none: the view then copies the function's own, if their length is exact. */
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
 * Whether a place is outside the space, or overlaps another one, or a capability of the function
 * that it doesn't replace
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
			trial_counts.overlaps += trial.model.cap_count > 1;
			return true;
		}
	}
	return false;
}

/* Registers that are too short are refused, except those of PASID, which the view makes. */
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
	trial_counts.too_short++;
}

/* ATS or PRI, or nothing */
static uint16_t random_masked(void)
{
	static const uint16_t ids[] = { 0, 0, 0x0f, 0x13 };

	return ids[random_below(&rng, 4)];
}

static bool make_view(void)
{
	static uint16_t masked; /* the request outlives this call */
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
		.ops = trial.has_device ? &trial_with_device : &trial_without_device,
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
	trial_counts.several += trial.model.cap_count > 1;
	trial.fail_at = -1;
	return true;
}

bool trial_make(void)
{
	random_config(&rng, &trial.space);
	check(vpasid_layout_read(trial.space.config, VPASID_CONFIG_SIZE, &trial.layout) >= 0);
	random_placement();
	return make_view();
}
