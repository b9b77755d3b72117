/* SPDX-License-Identifier: MIT */
/* What libvpasid answers to a vector's question, as JSON: data/vectors/README.md has the format. */
#ifndef VECTORS_ANSWER_H
#define VECTORS_ANSWER_H

#include "question.h"

/**
 * answer_layout() - make a file's member `layout`
 * @config: The function's config space.
 *
 * Return: the member, which the caller puts.
 */
json_object *answer_layout(const uint8_t *config);

/**
 * answer() - make a vector's member `out`
 * @question: The question.
 *
 * Return: the member, which the caller puts.
 */
json_object *answer(const struct question *question);

/**
 * answer_view() - make the members `view` and `steps` of a vector's `out`
 * @question: The question; it has a view.
 * @placement: Where the capabilities go.
 * @out: They are added to it.
 */
void answer_view(const struct question *question, const struct vpasid_placement *placement,
		 json_object *out);

/**
 * add_hex() - add a number, in hexadecimal
 * @object: The object.
 * @key: The new member.
 * @digits: How many digits it has at least.
 * @value: The number.
 */
void add_hex(json_object *object, const char *key, int digits, uint64_t value);

/**
 * add_number() - add a number, in decimal
 * @object: The object.
 * @key: The new member.
 * @value: The number.
 */
void add_number(json_object *object, const char *key, unsigned int value);

/**
 * add_text() - add a string
 * @object: The object.
 * @key: The new member.
 * @text: The string.
 */
void add_text(json_object *object, const char *key, const char *text);

/**
 * add_bytes() - add bytes
 * @object: The object.
 * @key: The new member.
 * @bytes: The bytes.
 * @length: How many there are.
 */
void add_bytes(json_object *object, const char *key, const uint8_t *bytes, size_t length);

/**
 * add_error() - add the name of an error, if there is one
 * @object: The object.
 * @error: 0 or a negative errno.
 */
void add_error(json_object *object, int error);

#endif /* VECTORS_ANSWER_H */
