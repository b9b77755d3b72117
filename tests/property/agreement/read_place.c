// SPDX-License-Identifier: MIT
/* map and place */
#include <json-c/json.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "readers.h"

#define OPEN (CAN_BE_NOTHING | CAN_BE_UNKNOWN)

/* The part about a function begins with a line that begins with its address. */
static bool begins_function(const char *line)
{
	return strspn(line, "0123456789abcdef:.") >= strlen("0000:00:00.0");
}

/* "F ff8-fff     8  PASID goes here: the highest gap" */
static void read_map_line(struct answers *answers, struct subject *subject, const char *line)
{
	const char *here = strstr(line, "PASID goes here: ");
	const char *dash = strchr(line, '-');

	if (!here || !dash || dash - line < 3)
		return;
	tell_value(answers, subject, FACT_PLACE, FROM_MAP, "%ld", strtol(dash - 3, NULL, 16));
	tell_value(answers, subject, FACT_REASON, FROM_MAP, "%s", here + 17);
}

/* "  offset  0xff8" */
static void read_place_line(struct answers *answers, struct subject *subject, const char *line)
{
	char label[16], text[256];

	if (sscanf(line, " %15s %255[^\n]", label, text) != 2)
		return;
	if (!strcmp(label, "offset"))
		tell_value(answers, subject, FACT_PLACE, FROM_PLACE, "%ld", strtol(text, NULL, 16));
	else if (!strcmp(label, "why"))
		tell_value(answers, subject, FACT_REASON, FROM_PLACE, "%s", text);
	else if (!strcmp(label, "digest"))
		tell_value(answers, subject, FACT_DIGEST, FROM_PLACE, "%s", text);
}

static void read_lines(struct answers *answers, const char *out,
		       void (*read_line)(struct answers *answers, struct subject *subject,
					 const char *line))
{
	char *copy = strdup(out), *rest = copy, *line;
	struct subject *subject = NULL;

	while ((line = strsep(&rest, "\n"))) {
		if (begins_function(line)) {
			line[strcspn(line, " ")] = '\0';
			subject = answers_subject(answers, line);
		} else if (subject) {
			read_line(answers, subject, line);
		}
	}
	free(copy);
}

/* Functions that are left out have no place, or it is unknown: standard error says which. */
static void tell_rest(struct answers *answers, enum source source)
{
	for (size_t i = 0; i < answers->count; i++)
		if (answers->subjects[i].answers[FACT_TOLD][FROM_LIST_JSON].can_be)
			tell(answers, &answers->subjects[i], FACT_PLACE, source, OPEN);
}

void read_map(struct answers *answers, const char *out)
{
	read_lines(answers, out, read_map_line);
	tell_rest(answers, FROM_MAP);
}

void read_place(struct answers *answers, const char *out)
{
	read_lines(answers, out, read_place_line);
	tell_rest(answers, FROM_PLACE);
}

/* JSON. null means that there is no place, or that it is unknown. */

/* map draws what is in a VF's own config space, and a capability whose registers are lost. */
static bool may_differ(const struct subject *subject)
{
	const char *kind = subject->answers[FACT_KIND][FROM_SHOW_JSON].text;

	return !kind || !strcmp(kind, "vf") ||
	       subject->answers[FACT_PASID_AT][FROM_SHOW_JSON].can_be == CAN_BE_UNKNOWN;
}

static void tell_capability(struct answers *answers, struct subject *subject,
			    struct json_object *capabilities)
{
	size_t count = capabilities ? json_object_array_length(capabilities) : 0;

	for (size_t i = 0; i < count && !may_differ(subject); i++) {
		struct json_object *capability = json_object_array_get_idx(capabilities, i);

		if (json_object_get_int(member(capability, "id")) == PCI_EXT_CAP_ID_PASID)
			tell_member(answers, subject, FACT_PASID_AT, FROM_MAP_JSON, capability,
				    "offset", CAN_BE_UNKNOWN);
	}
}

void read_map_json(struct answers *answers, struct json_object *report)
{
	struct json_object *device;

	for (size_t i = 0; (device = device_of(report, i)); i++) {
		struct subject *subject = answers_subject(answers, member_text(device, "bdf"));

		tell_member(answers, subject, FACT_PLACE, FROM_MAP_JSON, device, "offset", OPEN);
		tell_member(answers, subject, FACT_NO_PLACE, FROM_MAP_JSON, device, "error",
			    CAN_BE_NOTHING);
		tell_member(answers, subject, FACT_NAME, FROM_MAP_JSON, device, "name", OPEN);
		tell_capability(answers, subject, member(device, "capabilities"));
	}
}

/* JSON has a word for the reason, text has a phrase. */
static const char *reason_in_words(const char *reason)
{
	static const char *const words[][2] = {
		{ "quirk", "prescribed by a quirk" },
		{ "physical", "the place of the function's own PASID" },
		{ "gap", "the highest gap" },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(reason, words[i][0]))
			return words[i][1];
	return reason;
}

void read_place_json(struct answers *answers, struct json_object *report)
{
	struct json_object *device;

	for (size_t i = 0; (device = device_of(report, i)); i++) {
		struct subject *subject = answers_subject(answers, member_text(device, "bdf"));

		tell_member(answers, subject, FACT_PLACE, FROM_PLACE_JSON, device, "offset", OPEN);
		tell_member(answers, subject, FACT_NO_PLACE, FROM_PLACE_JSON, device, "error",
			    CAN_BE_NOTHING);
		tell_member(answers, subject, FACT_NAME, FROM_PLACE_JSON, device, "name", OPEN);
		tell_member(answers, subject, FACT_KIND, FROM_PLACE_JSON, device, "kind", OPEN);
		if (!member(device, "offset"))
			continue;
		tell_value(answers, subject, FACT_REASON, FROM_PLACE_JSON, "%s",
			   reason_in_words(member_text(device, "reason")));
		tell_member(answers, subject, FACT_DIGEST, FROM_PLACE_JSON, device, "digest", OPEN);
	}
}
