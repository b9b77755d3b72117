/* SPDX-License-Identifier: MIT */
/*
 * What a vector asks, taken out of its JSON: data/vectors/README.md has the format. A file that
 * doesn't have that format ends the program, with a message that says what is wrong.
 */
#ifndef VECTORS_QUESTION_H
#define VECTORS_QUESTION_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vpasid/place.h>
#include <vpasid/vconfig.h>

#define QUESTION_CAPS	24 /* more than a list may have */
#define QUESTION_RANGES 8
#define QUESTION_QUIRKS 8

/**
 * struct question_view - a view that is asked for
 * @info: What the host says; valid with @has_info.
 * @has_info: Whether the host says anything.
 * @width: Max PASID Width, or 0.
 * @withheld: Permissions.
 * @registers: What the capabilities are made of.
 * @register_count: How many of @registers there are.
 * @bytes: What @registers point to.
 * @masked: IDs.
 * @masked_count: How many of @masked there are.
 * @has_device: A device is behind the view, and not the snapshot alone.
 * @fails_at: The byte at which the device fails; -1: none.
 * @stops_at_once: No page request is ever outstanding.
 */
struct question_view {
	struct vpasid_info info;
	bool has_info;
	uint16_t width;
	uint16_t withheld;
	struct vpasid_vconfig_registers registers[QUESTION_CAPS];
	uint32_t register_count;
	uint8_t bytes[QUESTION_CAPS][2][VPASID_CONFIG_SIZE];
	uint16_t masked[QUESTION_CAPS];
	size_t masked_count;
	bool has_device;
	int fails_at;
	bool stops_at_once;
};

/**
 * struct question - what a vector asks
 * @config: The function's config space.
 * @quirks: All quirks of the vector, which question_end() frees.
 * @matches: Those that are about the function.
 * @place: The request, without callbacks.
 * @caps: What @place points to.
 * @ranges: Likewise.
 * @placement: A placement from elsewhere; valid with @has_placement.
 * @has_placement: Whether there is one.
 * @view: The view; valid with @has_view.
 * @has_view: Whether one is asked for.
 * @steps: What happens to the view: the JSON's.
 */
struct question {
	uint8_t config[VPASID_CONFIG_SIZE];
	struct vpasid_quirks *quirks;
	const struct vpasid_quirk *matches[QUESTION_QUIRKS];
	struct vpasid_place_request place;
	struct vpasid_cap caps[QUESTION_CAPS];
	struct vpasid_range ranges[QUESTION_RANGES];
	struct vpasid_placement placement;
	bool has_placement;
	struct question_view view;
	bool has_view;
	json_object *steps;
};

/**
 * question_read() - read a vector's question
 * @question: Filled in; ended by question_end().
 * @file: The file.
 * @in: One of its vectors' member `in`.
 */
void question_read(struct question *question, json_object *file, json_object *in);

/**
 * question_end() - forget a question
 * @question: The question.
 */
void question_end(struct question *question);

/**
 * json_at() - get a member that has to be there
 * @object: The object.
 * @key: The member.
 *
 * Return: the member, which may be NULL: JSON's null.
 */
json_object *json_at(json_object *object, const char *key);

/**
 * json_text() - get a string
 * @object: The object.
 * @key: The member.
 *
 * Return: the string.
 */
const char *json_text(json_object *object, const char *key);

/**
 * json_hex() - get a number that is written in hexadecimal
 * @object: The object.
 * @key: The member.
 *
 * Return: the number.
 */
uint64_t json_hex(json_object *object, const char *key);

/**
 * json_count() - get a number that is written in decimal
 * @object: The object.
 * @key: The member.
 *
 * Return: the number.
 */
unsigned int json_count(json_object *object, const char *key);

/**
 * json_bytes() - get bytes
 * @object: The object.
 * @key: The member.
 * @bytes: Filled in: room for VPASID_CONFIG_SIZE.
 *
 * Return: how many there are.
 */
unsigned int json_bytes(json_object *object, const char *key, uint8_t *bytes);

#endif /* VECTORS_QUESTION_H */
