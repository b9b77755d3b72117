// SPDX-License-Identifier: GPL-2.0-or-later
#include <json-c/json.h>

#include "place/map.h"
#include "support/output.h"

static struct json_object *has_flag(const struct vpasid_span *span, unsigned int flag)
{
	return json_object_new_boolean((span->flags & flag) != 0);
}

static struct json_object *array_of_spans(const struct vpasid_layout *layout)
{
	struct json_object *array = json_object_new_array();

	for (unsigned int i = 0; i < layout->span_count; i++) {
		const struct vpasid_span *span = &layout->spans[i];
		struct json_object *object = json_object_new_object();

		json_object_object_add(object, "offset", json_object_new_int(span->offset));
		json_object_object_add(object, "length", json_object_new_int(span->length));
		json_object_object_add(object, "id", json_object_new_int(span->id));
		json_object_object_add(object, "version", json_object_new_int(span->version));
		json_object_object_add(object, "name", json_text(vpasid_ext_cap_name(span->id)));
		json_object_object_add(object, "exact", has_flag(span, VPASID_SPAN_EXACT));
		json_object_object_add(object, "cut", has_flag(span, VPASID_SPAN_CUT));
		json_object_object_add(object, "hides", has_flag(span, VPASID_SPAN_HIDDEN));
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

		json_object_object_add(object, "offset", json_object_new_int(run->offset));
		json_object_object_add(object, "length", json_object_new_int(run->length));
		json_object_object_add(object, "kind", json_text(map_kind_name(run->kind)));
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

static struct json_object *device_of(const struct place *place)
{
	struct json_object *object = json_object_new_object();
	const struct config_source *source = place->source;
	struct map map;

	if (place->has_layout)
		map_make(place, &map);
	json_object_object_add(object, "bdf", json_text(source->bdf.text));
	json_object_object_add(object, "name", json_text(*source->name ? source->name : NULL));
	json_object_object_add(object, "capabilities",
			       place->has_layout ? array_of_spans(&place->layout) : NULL);
	json_object_object_add(object, "runs", place->has_layout ? array_of_runs(&map) : NULL);
	json_object_object_add(object, "findings",
			       place->has_layout ? array_of_findings(&place->layout) : NULL);
	json_object_object_add(object, "offset",
			       place->error ? NULL : json_object_new_int(place->placement.offset));
	json_object_object_add(object, "error", json_text(place->error ? place->why.text : NULL));
	return object;
}

struct json_object *map_to_json(const struct place *places, size_t count)
{
	struct json_object *report = json_object_new_object();
	struct json_object *devices = json_object_new_array();

	for (size_t i = 0; i < count; i++)
		json_object_array_add(devices, device_of(&places[i]));
	json_object_object_add(report, "schema", json_text(MAP_SCHEMA));
	json_object_object_add(report, "devices", devices);
	return report;
}
