// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "support/json.h"
#include "support/output.h"

struct json_object *json_text(const char *text)
{
	char safe[OUTPUT_LINE];

	if (!text)
		return NULL;
	escape(safe, sizeof(safe), text);
	return json_object_new_string(safe);
}

void json_add(struct json_object *object, const char *key, struct json_object *value)
{
	json_object_object_add(object, key, value);
}

void json_add_text(struct json_object *object, const char *key, const char *text)
{
	json_add(object, key, json_text(text && *text ? text : NULL));
}

void json_add_number(struct json_object *object, const char *key, bool known, uint64_t value)
{
	json_add(object, key, known ? json_object_new_int64((int64_t)value) : NULL);
}

void json_add_bool(struct json_object *object, const char *key, bool known, bool value)
{
	json_add(object, key, known ? json_object_new_boolean(value) : NULL);
}

void json_make_error(struct json_object *object, const char *bdf, const char *error)
{
	/* Only values are replaced, so the loop over the keys isn't disturbed. */
	json_object_object_foreach(object, key, value)
	{
		(void)value;
		json_object_object_add(object, key, NULL);
	}
	json_add_text(object, "bdf", bdf);
	json_add_text(object, "error", error);
}

struct json_object *json_report(const char *schema, struct json_object *devices)
{
	struct json_object *report = json_object_new_object();

	json_add_text(report, "schema", schema);
	json_add(report, "devices", devices);
	return report;
}

void print_json(struct json_object *object)
{
	printf("%s\n", json_object_to_json_string_ext(
			       object, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
					       JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
}
