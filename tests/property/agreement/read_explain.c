// SPDX-License-Identifier: MIT
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "readers.h"

#define OPEN (CAN_BE_NOTHING | CAN_BE_UNKNOWN)

/* "PASID was usable: enabled, 20 bits wide, of which the IOMMU supports 16" */
static void take_summary(struct answers *answers, struct subject *subject, enum source source,
			 const char *summary)
{
	const char *enabled = strstr(summary, "enabled, ");
	const char *of_which = strstr(summary, "IOMMU supports ");

	tell_value(answers, subject, FACT_SUMMARY, source, "%s", summary);
	if (enabled && strstr(enabled, "wide"))
		tell_value(answers, subject, FACT_WIDTH, source, "%d", atoi(enabled + 9));
	if (enabled && of_which)
		tell_value(answers, subject, FACT_IOMMU_WIDTH, source, "%d", atoi(of_which + 15));
}

/* The verdict as a reader understands it from the summary. */
static const char *verdict_of(const char *summary)
{
	if (!strncmp(summary, "PASID is usable", 15) || !strncmp(summary, "PASID was usable", 16))
		return "usable";
	if (!strncmp(summary, "PASID is not usable", 19) ||
	    !strncmp(summary, "PASID was not usable", 20))
		return "unusable";
	return !strncmp(summary, "can't tell", 10) ? "unknown" : summary;
}

/* Text. The first line is "0000:01:00.0: SUMMARY (sure)"; each link has a line below. */

static void take_first_line(struct answers *answers, struct subject *subject, char *line)
{
	static const char *const ends[] = { " (sure", " (likely", " (unknown" };
	char *summary = line + strlen(subject->name) + 2;

	if (strncmp(line, subject->name, strlen(subject->name)) != 0)
		return;
	tell_value(answers, subject, FACT_TOLD, FROM_EXPLAIN, "yes");
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		char *end = strstr(summary, ends[i]);

		if (end)
			*end = '\0';
	}
	take_summary(answers, subject, FROM_EXPLAIN, summary);
	tell_value(answers, subject, FACT_VERDICT, FROM_EXPLAIN, "%s", verdict_of(summary));
}

/* "  ok       sure    iommu-pasid  intel-iommu/ecap bit 40  dmar0 supports PASIDs of 20 bits" */
static void take_link(struct answers *answers, struct subject *subject, const char *line)
{
	const char *width = strstr(line, "supports PASIDs of ");

	if (!strstr(line, " iommu-pasid "))
		return;
	if (width)
		tell_value(answers, subject, FACT_IOMMU_WIDTH, FROM_EXPLAIN, "%d",
			   atoi(width + 19));
	else if (strstr(line, "doesn't support PASIDs"))
		tell_value(answers, subject, FACT_IOMMU_WIDTH, FROM_EXPLAIN, "0");
}

void read_explain(struct answers *answers, struct subject *subject, const char *out)
{
	char *copy = strdup(out), *rest = copy, *line = strsep(&rest, "\n");

	take_first_line(answers, subject, line);
	while ((line = strsep(&rest, "\n")))
		take_link(answers, subject, line);
	if (!subject->answers[FACT_TOLD][FROM_EXPLAIN].can_be)
		tell_value(answers, subject, FACT_TOLD, FROM_EXPLAIN, "no");
	free(copy);
}

void read_explain_status(struct answers *answers, struct subject *subject, int status)
{
	static const char *const verdicts[] = { "usable", "unusable", "wrong usage", "unknown" };

	if (status >= 0 && status < 4 && subject->answers[FACT_VERDICT][FROM_EXPLAIN_JSON].can_be)
		tell_value(answers, subject, FACT_VERDICT, FROM_EXPLAIN_STATUS, "%s",
			   verdicts[status]);
}

/* JSON */

static void take_links(struct answers *answers, struct subject *subject, struct json_object *device)
{
	struct json_object *links = member(device, "links");
	size_t count = links ? json_object_array_length(links) : 0;

	for (size_t i = 0; i < count; i++) {
		struct json_object *link = json_object_array_get_idx(links, i);
		const char *where = member_text(link, "where");

		if (!strcmp(member_text(link, "link"), "capability") && !strncmp(where, "0x", 2))
			tell_value(answers, subject, FACT_PASID_AT, FROM_EXPLAIN_JSON, "%ld",
				   strtol(where, NULL, 16));
	}
}

static void read_known(struct answers *answers, struct subject *subject, struct json_object *device)
{
	const char *summary = member_text(device, "summary");

	tell_member(answers, subject, FACT_KIND, FROM_EXPLAIN_JSON, device, "kind", OPEN);
	tell_member(answers, subject, FACT_PF, FROM_EXPLAIN_JSON, device, "pf", OPEN);
	tell_member(answers, subject, FACT_NAME, FROM_EXPLAIN_JSON, device, "name", OPEN);
	tell_member(answers, subject, FACT_VERDICT, FROM_EXPLAIN_JSON, device, "verdict", OPEN);
	tell_member(answers, subject, FACT_WIDTH, FROM_EXPLAIN_JSON, device, "width", OPEN);
	tell_member(answers, subject, FACT_IOMMU_WIDTH, FROM_EXPLAIN_JSON, device, "iommu_width",
		    OPEN);
	take_summary(answers, subject, FROM_EXPLAIN_JSON, summary);
	take_links(answers, subject, device);
}

void read_explain_json(struct answers *answers, struct json_object *report)
{
	struct json_object *device = device_of(report, 0);
	struct subject *subject;
	bool is_error;

	if (!device)
		return;
	subject = answers_subject(answers, member_text(device, "bdf"));
	is_error = member(device, "error");
	tell_bool(answers, subject, FACT_TOLD, FROM_EXPLAIN_JSON, !is_error);
	if (!is_error)
		read_known(answers, subject, device);
}
