// SPDX-License-Identifier: MIT
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "readers.h"

#define OPEN (CAN_BE_NOTHING | CAN_BE_UNKNOWN)

/* Text: each line has a label and a text */

struct row {
	struct answers *answers;
	struct subject *subject;
	const char *text;
};

static bool is_unknown(const char *text)
{
	return !strncmp(text, "can't know", 10) || !strncmp(text, "unknown", 7);
}

static void tell_text(const struct row *row, enum fact fact, const char *text)
{
	if (is_unknown(text))
		tell(row->answers, row->subject, fact, FROM_SHOW, CAN_BE_UNKNOWN);
	else if (!strncmp(text, "none", 4))
		tell(row->answers, row->subject, fact, FROM_SHOW, CAN_BE_NOTHING);
	else
		tell_value(row->answers, row->subject, fact, FROM_SHOW, "%s", text);
}

/* Takes the text up to one of the characters of @end. */
static void tell_part(const struct row *row, enum fact fact, const char *end)
{
	char text[512];

	snprintf(text, sizeof(text), "%.*s", (int)strcspn(row->text, end), row->text);
	tell_text(row, fact, is_unknown(row->text) ? row->text : text);
}

static void take_state(const struct row *row)
{
	tell_value(row->answers, row->subject, FACT_STATE, FROM_SHOW, "%s", row->text);
}

static void take_id(const struct row *row)
{
	tell_part(row, FACT_ID, ",");
}

static void take_verdict(const struct row *row)
{
	tell_value(row->answers, row->subject, FACT_SUMMARY, FROM_SHOW, "%s", row->text);
}

static void take_kind(const struct row *row)
{
	struct answers *answers = row->answers;
	const char *text = row->text;
	bool is_vf = !strncmp(text, "VF", 2);

	tell_value(answers, row->subject, FACT_KIND, FROM_SHOW, "%s",
		   is_vf		     ? "vf"
		   : !strncmp(text, "PF", 2) ? "pf"
					     : text);
	if (!strncmp(text, "VF of ", 6) && strcmp(text, "VF of an unknown PF") != 0)
		tell_value(answers, row->subject, FACT_PF, FROM_SHOW, "%s", text + 6);
	else
		tell(answers, row->subject, FACT_PF, FROM_SHOW,
		     is_vf ? CAN_BE_UNKNOWN : CAN_BE_NOTHING);
}

static void take_driver(const struct row *row)
{
	tell_text(row, FACT_DRIVER, row->text);
}

static void take_group(const struct row *row)
{
	tell_part(row, FACT_GROUP, ",");
}

/* "dmar0, Intel VT-d", or a sentence that tells why there is none */
static void take_iommu(const struct row *row)
{
	if (is_unknown(row->text) || row->text[strcspn(row->text, ", ")] == ',')
		tell_part(row, FACT_IOMMU, ",");
	else
		tell(row->answers, row->subject, FACT_IOMMU, FROM_SHOW, OPEN);
}

/* "dmar0 supports PASIDs of 20 bits", "dmar0 doesn't support PASIDs" */
static void take_iommu_width(const struct row *row)
{
	const char *found = strstr(row->text, "PASIDs of ");

	if (found)
		tell_value(row->answers, row->subject, FACT_IOMMU_WIDTH, FROM_SHOW, "%d",
			   atoi(found + 10));
	else if (strstr(row->text, "doesn't support PASIDs"))
		tell_value(row->answers, row->subject, FACT_IOMMU_WIDTH, FROM_SHOW, "0");
	else if (is_unknown(row->text))
		tell(row->answers, row->subject, FACT_IOMMU_WIDTH, FROM_SHOW, CAN_BE_UNKNOWN);
}

/* "at 0x180: capability ...", "its PF's, at 0x180: ...", "none", "can't know: ..." */
static void take_pasid(const struct row *row)
{
	static const enum fact facts[] = { FACT_PASID_AT, FACT_WIDTH,	     FACT_EXEC,
					   FACT_PRIV,	  FACT_EXEC_ENABLED, FACT_PRIV_ENABLED };
	const char *at = strstr(row->text, "at 0x");

	if (at && !is_unknown(row->text)) {
		tell_value(row->answers, row->subject, FACT_PASID_AT, FROM_SHOW, "%ld",
			   strtol(at + 3, NULL, 16));
		return;
	}
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		tell_text(row, facts[i], row->text);
}

/* "20 bits" */
static void take_width(const struct row *row)
{
	tell_part(row, FACT_WIDTH, " ");
}

/* "supported, enabled", "supported, disabled", "not supported" */
static void take_permission(const struct row *row, enum fact supported, enum fact enabled)
{
	if (is_unknown(row->text)) {
		tell_text(row, supported, row->text);
		return;
	}
	tell_bool(row->answers, row->subject, supported, FROM_SHOW,
		  strncmp(row->text, "not", 3) != 0);
	if (strncmp(row->text, "not", 3) != 0)
		tell_bool(row->answers, row->subject, enabled, FROM_SHOW,
			  strstr(row->text, "enabled") != NULL);
}

static void take_exec(const struct row *row)
{
	take_permission(row, FACT_EXEC, FACT_EXEC_ENABLED);
}

static void take_priv(const struct row *row)
{
	take_permission(row, FACT_PRIV, FACT_PRIV_ENABLED);
}

/* "0xff8 for a virtual PASID: the highest gap", "none: ...", "can't know: ..." */
static void take_place(const struct row *row)
{
	const char *reason = strstr(row->text, "PASID: "), *why = strstr(row->text, ": ");

	if (strncmp(row->text, "0x", 2) != 0) {
		tell_text(row, FACT_PLACE, row->text);
		if (why && strcmp(why, ": as above") != 0)
			tell_value(row->answers, row->subject, FACT_NO_PLACE, FROM_SHOW, "%s",
				   why + 2);
		return;
	}
	tell_value(row->answers, row->subject, FACT_PLACE, FROM_SHOW, "%ld",
		   strtol(row->text, NULL, 16));
	if (reason)
		tell_value(row->answers, row->subject, FACT_REASON, FROM_SHOW, "%s", reason + 7);
}

static const struct {
	const char *label;
	void (*take)(const struct row *row);
} labels[] = {
	{ "state", take_state },	{ "verdict", take_verdict }, { "ID", take_id },
	{ "kind", take_kind },		{ "driver", take_driver },   { "IOMMU", take_iommu },
	{ "PASIDs", take_iommu_width }, { "group", take_group },     { "PASID", take_pasid },
	{ "width", take_width },	{ "EXEC", take_exec },	     { "PRIV", take_priv },
	{ "place", take_place },
};

/* "  driver      nvme", "    width     20 bits" */
static void read_line(struct row *row, char *line)
{
	size_t length;

	line += strspn(line, " ");
	length = strcspn(line, " ");
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		if (strlen(labels[i].label) != length ||
		    strncmp(line, labels[i].label, length) != 0)
			continue;
		row->text = line + length + strspn(line + length, " ");
		labels[i].take(row);
	}
}

void read_show(struct answers *answers, const char *out)
{
	char *copy = strdup(out), *rest = copy, *line;
	struct row row = { .answers = answers };

	while ((line = strsep(&rest, "\n"))) {
		if (*line && *line != ' ') {
			line[strcspn(line, " ")] = '\0';
			row.subject = answers_subject(answers, line);
			tell_value(answers, row.subject, FACT_TOLD, FROM_SHOW, "yes");
		} else if (*line && row.subject) {
			read_line(&row, line);
		}
	}
	free(copy);
}

/* JSON */

/* null means nothing if "present" is false; otherwise it means unknown. */
static unsigned int null_of_pasid(struct json_object *device)
{
	struct json_object *present = member(device, "pasid.present");

	return present && !json_object_get_boolean(present) ? CAN_BE_NOTHING : CAN_BE_UNKNOWN;
}

static void read_pasid(struct answers *answers, struct subject *subject, struct json_object *device)
{
	static const struct {
		enum fact fact;
		const char *member;
	} members[] = {
		{ FACT_PASID_AT, "pasid.offset" },
		{ FACT_WIDTH, "pasid.width" },
		{ FACT_EXEC, "pasid.exec" },
		{ FACT_PRIV, "pasid.priv" },
		{ FACT_EXEC_ENABLED, "pasid.exec_enabled" },
		{ FACT_PRIV_ENABLED, "pasid.priv_enabled" },
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		tell_member(answers, subject, members[i].fact, FROM_SHOW_JSON, device,
			    members[i].member, null_of_pasid(device));
}

/* The report on a function also has the drivers of others in its group. */
static void read_siblings(struct answers *answers, struct json_object *device)
{
	struct json_object *siblings = member(device, "siblings");
	size_t count = siblings ? json_object_array_length(siblings) : 0;

	for (size_t i = 0; i < count; i++) {
		struct json_object *sibling = json_object_array_get_idx(siblings, i);
		struct subject *subject = answers_subject(answers, member_text(sibling, "bdf"));

		tell_member(answers, subject, FACT_DRIVER, FROM_SHOW_SIBLINGS, sibling, "driver",
			    OPEN);
	}
}

static void read_known(struct answers *answers, struct subject *subject, struct json_object *device)
{
	static const struct {
		const char *member;
		enum fact fact;
		unsigned int null_can_be;
	} members[] = {
		{ "state", FACT_STATE, OPEN },
		{ "kind", FACT_KIND, OPEN },
		{ "pf", FACT_PF, OPEN },
		{ "driver", FACT_DRIVER, OPEN },
		{ "iommu.name", FACT_IOMMU, OPEN },
		{ "iommu.width", FACT_IOMMU_WIDTH, OPEN },
		{ "iommu.group", FACT_GROUP, OPEN },
		{ "id", FACT_ID, CAN_BE_UNKNOWN },
		{ "name", FACT_NAME, OPEN },
		{ "place.offset", FACT_PLACE, OPEN },
		{ "place.error", FACT_NO_PLACE, CAN_BE_NOTHING },
		{ "verdict", FACT_VERDICT, CAN_BE_UNKNOWN },
		{ "summary", FACT_SUMMARY, CAN_BE_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		tell_member(answers, subject, members[i].fact, FROM_SHOW_JSON, device,
			    members[i].member, members[i].null_can_be);
	read_pasid(answers, subject, device);
	read_siblings(answers, device);
	if (member(device, "usable_width"))
		tell_member(answers, subject, FACT_USABLE_WIDTH, FROM_SHOW_JSON, device,
			    "usable_width", OPEN);
}

void read_show_json(struct answers *answers, struct json_object *report)
{
	struct json_object *device;

	for (size_t i = 0; (device = device_of(report, i)); i++) {
		struct subject *subject = answers_subject(answers, member_text(device, "bdf"));
		bool is_error = member(device, "error");

		tell_bool(answers, subject, FACT_TOLD, FROM_SHOW_JSON, !is_error);
		if (!is_error)
			read_known(answers, subject, device);
	}
}
