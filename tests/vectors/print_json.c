// SPDX-License-Identifier: MIT
#include <stdbool.h>
#include <string.h>

#include "print_json.h"

#define COLUMNS 140
#define INDENT	2

static const char *text_of(json_object *value)
{
	return json_object_to_json_string_ext(value, JSON_C_TO_STRING_SPACED |
							     JSON_C_TO_STRING_NOSLASHESCAPE);
}

static void print(FILE *file, json_object *value, int depth, size_t column);

static void print_key(FILE *file, const char *key)
{
	json_object *text = json_object_new_string(key);

	fprintf(file, "%s: ", text_of(text));
	json_object_put(text);
}

static void print_object(FILE *file, json_object *object, int depth)
{
	const char *before = "";

	fprintf(file, "{\n");
	json_object_object_foreach(object, key, member)
	{
		fprintf(file, "%s%*s", before, (depth + 1) * INDENT, "");
		print_key(file, key);
		print(file, member, depth + 1, strlen(key) + 5);
		before = ",\n";
	}
	fprintf(file, "\n%*s}", depth * INDENT, "");
}

static void print_list(FILE *file, json_object *list, int depth)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		fprintf(file, "%s\n%*s", i ? "," : "[", (depth + 1) * INDENT, "");
		print(file, json_object_array_get_idx(list, i), depth + 1, 1);
	}
	fprintf(file, "\n%*s]", depth * INDENT, "");
}

/* @column: how much of the line is taken already, behind the indentation */
static void print(FILE *file, json_object *value, int depth, size_t column)
{
	const char *text = text_of(value);
	bool fits = (size_t)depth * INDENT + column + strlen(text) <= COLUMNS;

	if (!fits && json_object_is_type(value, json_type_object))
		print_object(file, value, depth);
	else if (!fits && json_object_is_type(value, json_type_array))
		print_list(file, value, depth);
	else
		fprintf(file, "%s", text);
}

void print_json(FILE *file, json_object *value)
{
	print(file, value, 0, 0);
	fprintf(file, "\n");
}
