/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all reports in JSON have in common. What isn't known is null; no member is left out.
 */
#ifndef TOOLS_SUPPORT_JSON_H
#define TOOLS_SUPPORT_JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

/* A string, escaped like all text that the command prints; null for NULL. */
struct json_object *json_text(const char *text);

/* Adds a member to @object, which takes the reference to @value. */
void json_add(struct json_object *object, const char *key, struct json_object *value);

/* "" and NULL become null. */
void json_add_text(struct json_object *object, const char *key, const char *text);
void json_add_number(struct json_object *object, const char *key, bool known, uint64_t value);
void json_add_bool(struct json_object *object, const char *key, bool known, bool value);

/*
 * For a device of which only @bdf is known: makes all other members null, except "error".
 */
void json_make_error(struct json_object *object, const char *bdf, const char *error);

/* Makes the object around the array @devices, whose reference it takes. */
struct json_object *json_report(const char *schema, struct json_object *devices);

/* Prints to stdout; takes the reference to @object. */
void print_json(struct json_object *object);

#endif /* TOOLS_SUPPORT_JSON_H */
