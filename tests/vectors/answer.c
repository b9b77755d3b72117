// SPDX-License-Identifier: MIT
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "answer.h"

void add_text(json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, json_object_new_string(text));
}

void add_number(json_object *object, const char *key, unsigned int value)
{
	json_object_object_add(object, key, json_object_new_int((int)value));
}

void add_hex(json_object *object, const char *key, int digits, uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "0x%0*" PRIx64, digits, value);
	add_text(object, key, text);
}

void add_bytes(json_object *object, const char *key, const uint8_t *bytes, size_t length)
{
	char text[2 * VPASID_CONFIG_SIZE + 1] = "";

	for (size_t i = 0; i < length; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	add_text(object, key, text);
}

void add_error(json_object *object, int error)
{
	static const struct {
		int error;
		const char *name;
	} names[] = {
		{ -E2BIG, "E2BIG" },   { -EBUSY, "EBUSY" }, { -EINVAL, "EINVAL" },
		{ -EIO, "EIO" },       { -ELOOP, "ELOOP" }, { -ENOENT, "ENOENT" },
		{ -ENOSPC, "ENOSPC" }, { -ENXIO, "ENXIO" }, { -EPROTO, "EPROTO" },
		{ -ESTALE, "ESTALE" },
	};
	const char *name = "unknown";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].error == error)
			name = names[i].name;
	}
	if (error)
		add_text(object, "error", name);
}

static void add_flag(json_object *object, const char *key, bool value)
{
	json_object_object_add(object, key, json_object_new_boolean(value));
}

static json_object *span_answer(const struct vpasid_span *span)
{
	json_object *object = json_object_new_object();

	add_hex(object, "offset", 3, span->offset);
	add_number(object, "length", span->length);
	add_hex(object, "next", 3, span->next);
	add_hex(object, "id", 4, span->id);
	add_number(object, "version", span->version);
	add_flag(object, "exact", span->flags & VPASID_SPAN_EXACT);
	add_flag(object, "cut", span->flags & VPASID_SPAN_CUT);
	add_flag(object, "hidden", span->flags & VPASID_SPAN_HIDDEN);
	return object;
}

json_object *answer_layout(const uint8_t *config)
{
	json_object *object = json_object_new_object(), *spans = json_object_new_array();
	struct vpasid_layout layout;
	int count = vpasid_layout_read(config, VPASID_CONFIG_SIZE, &layout);

	for (int i = 0; i < count; i++)
		json_object_array_add(spans, span_answer(&layout.spans[i]));
	if (count < 0) {
		add_error(object, count);
		json_object_put(spans);
		return object;
	}
	add_hex(object, "digest", 16, vpasid_layout_digest(&layout));
	add_flag(object, "broken", layout.broken);
	add_flag(object, "loops", layout.loops);
	json_object_object_add(object, "spans", spans);
	return object;
}

static const char *const obstacle_names[] = {
	[VPASID_OBSTACLE_UNALIGNED] = "unaligned", [VPASID_OBSTACLE_OUTSIDE] = "outside",
	[VPASID_OBSTACLE_SPAN] = "span",	   [VPASID_OBSTACLE_INEXACT_SPAN] = "inexact-span",
	[VPASID_OBSTACLE_NONZERO] = "nonzero",	   [VPASID_OBSTACLE_HIDDEN] = "hidden",
	[VPASID_OBSTACLE_SMALL] = "small",	   [VPASID_OBSTACLE_HEAD] = "head",
	[VPASID_OBSTACLE_VIRTUAL] = "virtual",	   [VPASID_OBSTACLE_RANGE] = "range",
};

static void add_obstacle(void *opaque, const struct vpasid_obstacle *obstacle)
{
	json_object *object = json_object_new_object();

	add_text(object, "code", obstacle_names[obstacle->code]);
	add_hex(object, "offset", 3, obstacle->offset);
	add_number(object, "length", obstacle->length);
	switch (obstacle->code) {
	case VPASID_OBSTACLE_SPAN:
	case VPASID_OBSTACLE_INEXACT_SPAN:
	case VPASID_OBSTACLE_VIRTUAL:
		add_hex(object, "id", 4, obstacle->id);
		add_hex(object, "span", 3, obstacle->span);
		break;
	case VPASID_OBSTACLE_HIDDEN:
		add_text(object, "quirk", obstacle->quirk->source);
		break;
	}
	add_hex(object, "cap_id", 4, obstacle->cap_id);
	add_number(object, "cap_length", obstacle->cap_length);
	json_object_array_add(opaque, object);
}

static json_object *cap_answer(const struct vpasid_cap *cap)
{
	json_object *object = json_object_new_object();

	add_hex(object, "id", 4, cap->id);
	add_number(object, "length", cap->length);
	add_hex(object, "offset", 3, cap->offset);
	add_number(object, "version", cap->version);
	add_text(object, "reason", vpasid_place_reason_name(cap->reason));
	return object;
}

static void add_placement(json_object *object, const struct vpasid_placement *placement)
{
	json_object *caps = json_object_new_array();

	add_hex(object, "digest", 16, placement->digest);
	for (unsigned int i = 0; i < placement->cap_count; i++)
		json_object_array_add(caps, cap_answer(&placement->caps[i]));
	json_object_object_add(object, "caps", caps);
}

static bool answer_place(const struct question *question, struct vpasid_placement *placement,
			 json_object *out)
{
	json_object *object = json_object_new_object(), *obstacles = json_object_new_array();
	struct vpasid_place_request request = question->place;
	int ret;

	request.obstacle = add_obstacle;
	request.opaque = obstacles;
	ret = vpasid_place(&request, placement);
	add_error(object, ret);
	if (ret)
		json_object_object_add(object, "obstacles", json_object_get(obstacles));
	else
		add_placement(object, placement);
	json_object_put(obstacles);
	json_object_object_add(out, "place", object);
	return !ret;
}

static void answer_verify(const struct question *question, json_object *out)
{
	json_object *object = json_object_new_object(), *obstacles = json_object_new_array();
	struct vpasid_place_request request = question->place;

	request.obstacle = add_obstacle;
	request.opaque = obstacles;
	add_error(object, vpasid_place_verify(&request, &question->placement));
	json_object_object_add(object, "obstacles", obstacles);
	json_object_object_add(out, "verify", object);
}

json_object *answer(const struct question *question)
{
	json_object *out = json_object_new_object();
	struct vpasid_placement placement;
	bool is_placed = answer_place(question, &placement, out);

	if (question->has_placement) {
		answer_verify(question, out);
		placement = question->placement;
		is_placed = true;
	}
	if (question->has_view && is_placed)
		answer_view(question, &placement, out);
	else
		json_object_object_add(out, "steps", json_object_new_array());
	return out;
}
