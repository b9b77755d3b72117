// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>

#include "place/map.h"
#include "place/place_report.h"
#include "support/json.h"
#include "support/output.h"

void place_print(const struct placement_report *place, FILE *stream)
{
	say_to(stream, "%s%s%s", place->bdf.text, *place->name ? "  " : "", place->name);
	say_to(stream, "  offset  0x%03x", place->placement.caps[0].offset);
	say_to(stream, "  why     %s", place_describe_reason(&place->placement.caps[0]));
	for (unsigned int i = 1; i < place->placement.cap_count; i++) {
		const struct vpasid_cap *cap = &place->placement.caps[i];

		say_to(stream, "  %-6s  0x%03x: %s", place_cap_name(cap->id), cap->offset,
		       place_describe_reason(cap));
	}
	say_to(stream, "  digest  %016" PRIx64, place->placement.digest);
	for (size_t i = 0; i < place->quirk_count; i++)
		say_to(stream, "  quirk   %s", place->quirks[i]->source);
}

static struct json_object *array_of_quirks(const struct placement_report *place)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < place->quirk_count; i++) {
		const struct vpasid_quirk *quirk = place->quirks[i];
		struct json_object *object = json_object_new_object();

		json_add_text(object, "source", quirk->source);
		json_add_text(object, "file", quirk->file);
		json_add_number(object, "line", true, quirk->line);
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *array_of_caps(const struct vpasid_placement *placement)
{
	struct json_object *array = json_object_new_array();

	for (unsigned int i = 0; i < placement->cap_count; i++) {
		const struct vpasid_cap *cap = &placement->caps[i];
		struct json_object *object = json_object_new_object();

		json_add_text(object, "name", place_cap_name(cap->id));
		json_add_number(object, "id", true, cap->id);
		json_add_number(object, "offset", true, cap->offset);
		json_add_number(object, "length", true, cap->length);
		json_add_text(object, "reason", vpasid_place_reason_name(cap->reason));
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *device_of(const struct placement_report *place)
{
	struct json_object *object = json_object_new_object();
	struct json_object *obstacles = json_object_new_array();
	bool is_placed = !place->error;
	char digest[sizeof("0123456789abcdef")] = "";
	const char *reason = vpasid_place_reason_name(place->placement.caps[0].reason);

	/* A JSON number can't hold 64 bits. */
	if (place->has_view)
		snprintf(digest, sizeof(digest), "%016" PRIx64,
			 vpasid_layout_digest(&place->view_layout));
	for (size_t i = 0; i < place->obstacle_count; i++)
		json_object_array_add(obstacles, json_text(place->obstacles[i]));
	json_add_text(object, "bdf", place->bdf.text);
	json_add_text(object, "name", place->name);
	json_add_text(object, "kind", place->space ? pci_kind_name(place->kind) : NULL);
	json_add_number(object, "offset", is_placed, place->placement.caps[0].offset);
	json_add_text(object, "reason", is_placed ? reason : NULL);
	json_add(object, "capabilities", is_placed ? array_of_caps(&place->placement) : NULL);
	json_add_text(object, "digest", digest);
	json_add(object, "quirks", array_of_quirks(place));
	json_add(object, "obstacles", obstacles);
	json_add_text(object, "error", is_placed ? NULL : place->why.text);
	return object;
}

struct json_object *place_to_json(const struct placement_report *places, size_t count)
{
	struct json_object *devices = json_object_new_array();

	for (size_t i = 0; i < count; i++)
		json_object_array_add(devices, device_of(&places[i]));
	return json_report(PLACE_SCHEMA, devices);
}
