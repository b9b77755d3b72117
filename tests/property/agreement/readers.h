/* SPDX-License-Identifier: MIT */
/*
 * Reads what the commands print, as text and as JSON, into answers. Functions that a report
 * leaves out have none.
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

/* Of one function; its BDF is @subject's. */
void read_explain(struct answers *answers, struct subject *subject, const char *out);
void read_explain_json(struct answers *answers, struct json_object *report);
void read_explain_status(struct answers *answers, struct subject *subject, int status);

void read_map(struct answers *answers, const char *out);
void read_map_json(struct answers *answers, struct json_object *report);
void read_place(struct answers *answers, const char *out);
void read_place_json(struct answers *answers, struct json_object *report);

void read_prometheus(struct answers *answers, const char *out);
void read_nfd(struct answers *answers, const char *out);

/* Tools of theirs */

/* A member of an object, with more behind dots: "pasid.width". NULL if it is null. */
struct json_object *member(struct json_object *object, const char *path);

/* A member as a text, "" if it is null. */
const char *member_text(struct json_object *object, const char *path);

/* Records a member: null leaves open what @null_can_be says. */
void tell_member(struct answers *answers, struct subject *subject, enum fact fact,
		 enum source source, struct json_object *object, const char *path,
		 unsigned int null_can_be);

/* The objects of a report, one after the other; NULL behind the last, and without a report. */
struct json_object *device_of(struct json_object *report, size_t index);

#endif /* AGREEMENT_READERS_H */
