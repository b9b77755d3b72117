/* SPDX-License-Identifier: MIT */
/*
 * Each function reads what a command prints, and records the answers in it.
 */
#ifndef AGREEMENT_READERS_H
#define AGREEMENT_READERS_H

#include "answers.h"

struct json_object;

/* list: columns of -p, and --json */
void read_list(struct answers *answers, enum source source, const char *out);
void read_list_json(struct answers *answers, struct json_object *report);

void read_show(struct answers *answers, const char *out);
void read_show_json(struct answers *answers, struct json_object *report);

/* These are about one function. */
void read_explain(struct answers *answers, struct subject *subject, const char *out);
void read_explain_json(struct answers *answers, struct json_object *report);
void read_explain_status(struct answers *answers, struct subject *subject, int status);

/* vm --for qemu --json, about one function, too */
void read_vm_json(struct answers *answers, struct json_object *report);

void read_map(struct answers *answers, const char *out);
void read_map_json(struct answers *answers, struct json_object *report);
void read_place(struct answers *answers, const char *out);
void read_place_json(struct answers *answers, struct json_object *report);

void read_prometheus(struct answers *answers, const char *out);
void read_nfd(struct answers *answers, const char *out);

/* Helpers */

/* Returns a member of an object, as "pasid.width"; NULL if it is null or missing. */
struct json_object *member(struct json_object *object, const char *path);

/* The same as a text; "" if it is null or missing. */
const char *member_text(struct json_object *object, const char *path);

/* Records a member. @null_can_be is what null means there: CAN_BE_*. */
void tell_member(struct answers *answers, struct subject *subject, enum fact fact,
		 enum source source, struct json_object *object, const char *path,
		 unsigned int null_can_be);

/* Returns an object of a report's devices, or NULL behind the last one. */
struct json_object *device_of(struct json_object *report, size_t index);

#endif /* AGREEMENT_READERS_H */
