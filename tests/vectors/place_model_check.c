// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "model_check.h"
#include "property/place_model.h"

static unsigned int emulated_length(unsigned int id)
{
	return id == 0x13 ? 16 : 8;
}

/* The list, with all lengths. Returns how many capabilities there are. */
static unsigned int take_list(const struct question *question, struct vpasid_cap *caps)
{
	unsigned int count = (unsigned int)question->place.cap_count;

	memcpy(caps, question->caps, VPASID_MAX_CAPS * sizeof(*caps));
	if (!count) {
		caps[0].id = 0x1b;
		count = 1;
	}
	for (unsigned int i = 0; i < count; i++) {
		if (!caps[i].length)
			caps[i].length = (uint16_t)emulated_length(caps[i].id);
	}
	return count;
}

static void take_ranges(const struct question *question, bool allowed[MODEL_SIZE])
{
	memset(allowed, !question->place.range_count, MODEL_SIZE);
	for (size_t i = 0; i < question->place.range_count; i++)
		memset(allowed + question->ranges[i].offset, true, question->ranges[i].length);
}

static bool is_error(json_object *place, int error)
{
	static const struct {
		int error;
		const char *name;
	} names[] = {
		{ -EBUSY, "EBUSY" }, { -ELOOP, "ELOOP" },   { -ENOSPC, "ENOSPC" },
		{ -ENXIO, "ENXIO" }, { -EPROTO, "EPROTO" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].error == error)
			return !strcmp(json_text(place, "error"), names[i].name);
	}
	return false;
}

static bool is_cap(json_object *cap, const struct vpasid_cap *expected)
{
	return json_hex(cap, "id") == expected->id && json_hex(cap, "offset") == expected->offset &&
	       json_count(cap, "length") == expected->length &&
	       !strcmp(json_text(cap, "reason"), vpasid_place_reason_name(expected->reason));
}

bool place_model_agrees(const struct question *question, json_object *place)
{
	bool has_failed = json_object_object_get_ex(place, "error", NULL);
	struct vpasid_cap caps[QUESTION_CAPS];
	static bool allowed[MODEL_SIZE];
	static struct vpasid_layout layout;
	static struct model model;
	unsigned int count;
	int ret;

	/* It knows neither what a list must be like, nor functions that don't answer. */
	if (has_failed && (!strcmp(json_text(place, "error"), "EINVAL") ||
			   !strcmp(json_text(place, "error"), "EIO")))
		return true;
	vpasid_layout_read(question->config, VPASID_CONFIG_SIZE, &layout);
	model_look(&model, question->config, &layout, question->matches,
		   question->place.quirk_count);
	count = take_list(question, caps);
	take_ranges(question, allowed);
	ret = model_place(&model, &layout, allowed, caps, count);
	if (ret || has_failed)
		return ret && has_failed && is_error(place, ret);
	for (unsigned int i = 0; i < count; i++) {
		if (!is_cap(json_object_array_get_idx(json_at(place, "caps"), i), &caps[i]))
			return false;
	}
	return true;
}
