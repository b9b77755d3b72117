// SPDX-License-Identifier: GPL-2.0-or-later
#include "place/map.h"
#include "support/json.h"

static struct json_object *array_of_spans(const struct vpasid_layout *layout)
{
	struct json_object *array = json_object_new_array();

	for (unsigned int i = 0; i < layout->span_count; i++) {
		const struct vpasid_span *span = &layout->spans[i];
		struct json_object *object = json_object_new_object();

		json_add_number(object, "offset", true, span->offset);
		json_add_number(object, "length", true, span->length);
		json_add_number(object, "id", true, span->id);
		json_add_number(object, "version", true, span->version);
		json_add_text(object, "name", vpasid_ext_cap_name(span->id));
		json_add_bool(object, "exact", true, span->flags & VPASID_SPAN_EXACT);
		json_add_bool(object, "cut", true, span->flags & VPASID_SPAN_CUT);
		json_add_bool(object, "hides", true, span->flags & VPASID_SPAN_HIDDEN);
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *array_of_runs(const struct map *map)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < map->count; i++) {
		const struct map_run *run = &map->runs[i];
		struct json_object *object = json_object_new_object();

		json_add_number(object, "offset", true, run->offset);
		json_add_number(object, "length", true, run->length);
		json_add_text(object, "kind", map_kind_name(run->kind));
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *array_of_findings(const struct vpasid_layout *layout)
{
	struct json_object *array = json_object_new_array();
	char text[VPASID_FINDING_TEXT];

	for (size_t i = 0; i < layout->finding_count && i < VPASID_MAX_FINDINGS; i++) {
		vpasid_finding_describe(&layout->findings[i], text, sizeof(text));
		json_object_array_add(array, json_text(text));
	}
	return array;
}

static struct json_object *device_of(const struct placement_report *place)
{
	struct json_object *object = json_object_new_object();
	struct map map;

	if (place->has_layout)
		map_make(place, &map);
	json_add_text(object, "bdf", place->bdf.text);
	json_add_text(object, "name", place->name);
	json_add(object, "capabilities", place->has_layout ? array_of_spans(&place->layout) : NULL);
	json_add(object, "runs", place->has_layout ? array_of_runs(&map) : NULL);
	json_add(object, "findings", place->has_layout ? array_of_findings(&place->layout) : NULL);
	json_add_number(object, "offset", !place->error, place->placement.caps[0].offset);
	json_add_text(object, "error", place->error ? place->why.text : NULL);
	return object;
}

struct json_object *map_to_json(const struct placement_report *places, size_t count)
{
	struct json_object *devices = json_object_new_array();

	for (size_t i = 0; i < count; i++)
		json_object_array_add(devices, device_of(&places[i]));
	return json_report(MAP_SCHEMA, devices);
}
