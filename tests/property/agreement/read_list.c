// SPDX-License-Identifier: MIT
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "readers.h"

#define COLUMNS 10

/* "-" and null mean that there is nothing, or that it is unknown. */
#define OPEN (CAN_BE_NOTHING | CAN_BE_UNKNOWN)

static void tell_cell(struct answers *answers, struct subject *subject, enum fact fact,
		      enum source source, const char *cell)
{
	if (!strcmp(cell, "-"))
		tell(answers, subject, fact, source, OPEN);
	else
		tell_value(answers, subject, fact, source, "%s", cell);
}

/* "PF", "VF of 0000:01:00.0", "VF", "function" */
static void tell_kind(struct answers *answers, struct subject *subject, enum source source,
		      const char *cell)
{
	bool is_vf = !strncmp(cell, "VF", 2);

	tell_value(answers, subject, FACT_KIND, source, "%s",
		   is_vf		 ? "vf"
		   : !strcmp(cell, "PF") ? "pf"
					 : cell);
	if (is_vf && !strncmp(cell, "VF of ", 6))
		tell_value(answers, subject, FACT_PF, source, "%s", cell + 6);
	else
		tell(answers, subject, FACT_PF, source, is_vf ? CAN_BE_UNKNOWN : CAN_BE_NOTHING);
}

/* "no" tells that it isn't supported, but not whether it is enabled. */
static void tell_permission(struct answers *answers, struct subject *subject, enum source source,
			    const char *cell, enum fact supported, enum fact enabled)
{
	if (!strcmp(cell, "-")) {
		tell(answers, subject, supported, source, OPEN);
		return;
	}
	tell_bool(answers, subject, supported, source, strcmp(cell, "no") != 0);
	if (strcmp(cell, "no") != 0)
		tell_bool(answers, subject, enabled, source, !strcmp(cell, "yes"));
}

static void read_row(struct answers *answers, enum source source, char *cells[COLUMNS])
{
	struct subject *subject = answers_subject(answers, cells[0]);

	tell_value(answers, subject, FACT_TOLD, source, "yes");
	tell_kind(answers, subject, source, cells[1]);
	tell_cell(answers, subject, FACT_DRIVER, source, cells[2]);
	tell_cell(answers, subject, FACT_WIDTH, source, cells[3]);
	tell_cell(answers, subject, FACT_IOMMU_WIDTH, source, cells[4]);
	tell_cell(answers, subject, FACT_USABLE_WIDTH, source, cells[5]);
	tell_permission(answers, subject, source, cells[6], FACT_EXEC, FACT_EXEC_ENABLED);
	tell_permission(answers, subject, source, cells[7], FACT_PRIV, FACT_PRIV_ENABLED);
	tell_cell(answers, subject, FACT_STATE, source, cells[8]);
	tell_cell(answers, subject, FACT_NAME, source, cells[9]);
}

void read_list(struct answers *answers, enum source source, const char *out)
{
	char *copy = strdup(out), *rest = copy, *line;

	while ((line = strsep(&rest, "\n")) && *line) {
		char *cells[COLUMNS];
		int count = 0;

		while (count < COLUMNS && (cells[count] = strsep(&line, "\t")))
			count++;
		if (count == COLUMNS)
			read_row(answers, source, cells);
	}
	free(copy);
}

static void tell_id(struct answers *answers, struct subject *subject, struct json_object *device)
{
	tell_member(answers, subject, FACT_ID, FROM_LIST_JSON, device, "id", CAN_BE_UNKNOWN);
}

void read_list_json(struct answers *answers, struct json_object *report)
{
	static const struct {
		enum fact fact;
		const char *member;
	} members[] = {
		{ FACT_STATE, "state" },
		{ FACT_WIDTH, "width" },
		{ FACT_IOMMU_WIDTH, "iommu_width" },
		{ FACT_USABLE_WIDTH, "usable_width" },
		{ FACT_EXEC, "exec" },
		{ FACT_PRIV, "priv" },
		{ FACT_EXEC_ENABLED, "exec_enabled" },
		{ FACT_PRIV_ENABLED, "priv_enabled" },
		{ FACT_KIND, "kind" },
		{ FACT_PF, "pf" },
		{ FACT_DRIVER, "driver" },
		{ FACT_IOMMU, "iommu" },
		{ FACT_NAME, "name" },
	};
	struct json_object *device;

	for (size_t i = 0; (device = device_of(report, i)); i++) {
		struct subject *subject = answers_subject(answers, member_text(device, "bdf"));

		tell_value(answers, subject, FACT_TOLD, FROM_LIST_JSON, "yes");
		for (size_t m = 0; m < sizeof(members) / sizeof(members[0]); m++)
			tell_member(answers, subject, members[m].fact, FROM_LIST_JSON, device,
				    members[m].member, OPEN);
		tell_id(answers, subject, device);
	}
}
