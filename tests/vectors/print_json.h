/* SPDX-License-Identifier: MIT */
/* Writes JSON for people: what fits in a line is one. */
#ifndef VECTORS_PRINT_JSON_H
#define VECTORS_PRINT_JSON_H

#include <json-c/json.h>
#include <stdio.h>

/**
 * print_json() - write a value, and a newline
 * @file: Where to.
 * @value: The value.
 */
void print_json(FILE *file, json_object *value);

#endif /* VECTORS_PRINT_JSON_H */
