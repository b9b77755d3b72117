// SPDX-License-Identifier: MIT
#include <json-c/json.h>
#include <string.h>

#include "readers.h"

struct json_object *member(struct json_object *object, const char *path)
{
	char name[64];

	while (object && *path) {
		size_t length = strcspn(path, ".");
		struct json_object *next = NULL;

		memcpy(name, path, length);
		name[length] = '\0';
		json_object_object_get_ex(object, name, &next);
		object = next;
		path += length + (path[length] == '.');
	}
	return object;
}

const char *member_text(struct json_object *object, const char *path)
{
	struct json_object *found = member(object, path);

	return found ? json_object_get_string(found) : "";
}

static void tell_json(struct answers *answers, struct subject *subject, enum fact fact,
		      enum source source, struct json_object *value)
{
	if (json_object_is_type(value, json_type_boolean))
		tell_bool(answers, subject, fact, source, json_object_get_boolean(value));
	else
		tell_value(answers, subject, fact, source, "%s", json_object_get_string(value));
}

void tell_member(struct answers *answers, struct subject *subject, enum fact fact,
		 enum source source, struct json_object *object, const char *path,
		 unsigned int null_can_be)
{
	struct json_object *value = member(object, path);

	if (value)
		tell_json(answers, subject, fact, source, value);
	else
		tell(answers, subject, fact, source, null_can_be);
}

struct json_object *device_of(struct json_object *report, size_t index)
{
	struct json_object *devices = member(report, "devices");

	if (!devices || index >= json_object_array_length(devices))
		return NULL;
	return json_object_array_get_idx(devices, index);
}
