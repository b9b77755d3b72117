/* SPDX-License-Identifier: MIT */
/*
 * For tests that run from the project's root: whether JSON is as data/schemas says.
 */
#ifndef TESTS_SUPPORT_SCHEMA_H
#define TESTS_SUPPORT_SCHEMA_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>

/*
 * Starts a check of the JSON documents that are written to the stream. Returns NULL if there is no
 * checker.
 */
FILE *schema_check_begin(void);

/* Ends it. Returns true if each document was valid; else the checker has said what is wrong. */
bool schema_check_end(FILE *checker);

/* Whether @report is valid by the schema that it names. */
bool schema_is_met(struct json_object *report);

#endif /* TESTS_SUPPORT_SCHEMA_H */
