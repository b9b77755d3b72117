// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "model_check.h"
#include "property/vconfig_model.h"

#define PASID 0x1b
#define DVSEC 0x23
#define DOE   0x2e

static unsigned int usable_width(const struct question_view *asked)
{
	unsigned int width = asked->info.width;

	if (asked->width)
		return asked->width;
	if (asked->info.known & VPASID_KNOWN_IOMMU_WIDTH && asked->info.iommu_width < width)
		width = asked->info.iommu_width;
	return width;
}

/* Of the Capability and the Control register */
static unsigned int permissions(const struct question_view *asked)
{
	unsigned int all = asked->info.capabilities & ~asked->withheld;

	if (asked->info.known & VPASID_KNOWN_ENABLED)
		all &= asked->info.enabled;
	return (all & VPASID_CAP_EXEC ? 2 : 0) | (all & VPASID_CAP_PRIV ? 4 : 0);
}

/*
 * The model knows the lengths of PASID, ATS and PRI alone, repeats nothing but VSEC, and always has
 * PASID.
 */
static bool is_known(const struct vpasid_layout *layout, unsigned int id)
{
	if (id == DVSEC || id == DOE)
		return false;
	return id == PASID || id == 0x0b || id == 0x0f || id == 0x13 ||
	       !vpasid_layout_find(layout, (uint16_t)id);
}

static bool take_cap(struct model_cap *cap, json_object *placed, const struct question *question,
		     const struct vpasid_layout *layout, unsigned int i)
{
	const struct question_view *asked = &question->view;
	const struct vpasid_span *own;

	*cap = (struct model_cap){
		.id = (unsigned int)json_hex(placed, "id"),
		.offset = (unsigned int)json_hex(placed, "offset"),
		.length = json_count(placed, "length"),
	};
	own = vpasid_layout_find(layout, (uint16_t)cap->id);
	if (json_count(placed, "version") != 1 || !is_known(layout, cap->id))
		return false;
	if (asked->register_count && asked->registers[i].bytes)
		memcpy(cap->initial, asked->bytes[i][0], cap->length);
	else if (own)
		memcpy(cap->initial, question->config + own->offset, cap->length);
	if (asked->register_count && asked->registers[i].writable)
		memcpy(cap->mask, asked->bytes[i][1], cap->length);
	return true;
}

static bool take_caps(struct model *model, const struct question *question, json_object *out)
{
	json_object *caps = json_at(json_at(out, "place"), "caps");
	struct vpasid_layout layout;
	bool has_pasid = false;

	model->cap_count = (unsigned int)json_object_array_length(caps);
	vpasid_layout_read(question->config, VPASID_CONFIG_SIZE, &layout);
	for (unsigned int i = 0; i < layout.span_count; i++) {
		if (layout.spans[i].id == PASID && !(layout.spans[i].flags & VPASID_SPAN_EXACT))
			return false;
	}
	for (unsigned int i = 0; i < model->cap_count && i < MODEL_CAPS; i++) {
		if (!take_cap(&model->caps[i], json_object_array_get_idx(caps, i), question,
			      &layout, i))
			return false;
		has_pasid |= model->caps[i].id == PASID;
	}
	return has_pasid && model->cap_count <= MODEL_CAPS;
}

static uint32_t seen_at(const struct model *model, unsigned int at)
{
	return model->seen[at] | model->seen[at + 1] << 8 | model->seen[at + 2] << 16 |
	       (uint32_t)model->seen[at + 3] << 24;
}

static bool has_patches(const struct model *model, json_object *patches)
{
	size_t i = 0;

	for (unsigned int at = 0; at < MODEL_SIZE; at += 4) {
		json_object *patch = json_object_array_get_idx(patches, i);

		if (!model->own[at])
			continue;
		i++;
		if (!patch || json_hex(patch, "offset") != at ||
		    json_hex(patch, "value") != (seen_at(model, at) & json_hex(patch, "mask")))
			return false;
	}
	return i == json_object_array_length(patches);
}

/* A device's bytes are those of the function's, the view's its own. */
static bool reads(const struct model *model, const uint8_t *device, json_object *step,
		  json_object *answer)
{
	unsigned int at = (unsigned int)json_hex(step, "offset");
	uint8_t bytes[VPASID_CONFIG_SIZE];
	unsigned int length = json_bytes(answer, "bytes", bytes);
	bool has_failed = json_object_object_get_ex(answer, "error", NULL);

	for (unsigned int i = 0; i < length; i++) {
		uint8_t expected = 0xff;

		if (!has_failed)
			expected = model->own[at + i] ? model->seen[at + i] : device[at + i];
		if (bytes[i] != expected)
			return false;
	}
	return true;
}

static bool writes(struct model *model, uint8_t *device, const struct question *question,
		   json_object *step, json_object *answer)
{
	unsigned int at = (unsigned int)json_hex(step, "offset");
	bool succeeds = !json_object_object_get_ex(answer, "error", NULL);
	uint8_t bytes[VPASID_CONFIG_SIZE];
	unsigned int length = json_bytes(step, "bytes", bytes);

	if (at + length > MODEL_SIZE)
		return !succeeds;
	return model_write(model, at, bytes, length, question->view.has_device ? device : NULL,
			   question->view.fails_at) == succeeds;
}

static unsigned int count_changes(json_object *answer)
{
	json_object *calls = json_at(answer, "calls");
	unsigned int count = 0;

	for (size_t i = 0; i < json_object_array_length(calls); i++)
		count += !!strstr(json_text(json_object_array_get_idx(calls, i), "op"), "-changed");
	return count;
}

static bool does(struct model *model, uint8_t *device, const struct question *question,
		 json_object *step, json_object *answer)
{
	const char *op = json_text(step, "op");
	unsigned int changes = 0;
	bool agrees = true;

	memset(model->changes, 0, sizeof(model->changes));
	if (!strcmp(op, "read"))
		agrees = reads(model, device, step, answer);
	else if (!strcmp(op, "write"))
		agrees = writes(model, device, question, step, answer);
	else if (!strcmp(op, "reset"))
		model_reset(model);
	else if (!(json_hex(step, "flags") & ~0x103ull))
		model_set_status(model, (unsigned int)json_hex(step, "flags"));
	for (unsigned int i = 0; i < model->cap_count; i++)
		changes += model->changes[i];
	return agrees && changes == count_changes(answer);
}

bool view_model_agrees(const struct question *question, json_object *out)
{
	static struct model model;
	uint8_t device[MODEL_SIZE];
	json_object *view;

	if (!json_object_object_get_ex(out, "view", &view) || question->view.masked_count ||
	    question->has_placement || json_object_object_get_ex(view, "error", NULL) ||
	    !take_caps(&model, question, out))
		return true;
	model.stopped = question->view.stops_at_once;
	model_make(&model, question->config, usable_width(&question->view),
		   permissions(&question->view));
	if (!has_patches(&model, json_at(view, "patches")))
		return false;

	memcpy(device, question->config, sizeof(device));
	for (size_t i = 0; i < json_object_array_length(question->steps); i++) {
		if (!does(&model, device, question, json_object_array_get_idx(question->steps, i),
			  json_object_array_get_idx(json_at(out, "steps"), i)))
			return false;
	}
	return true;
}
