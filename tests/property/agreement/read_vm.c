// SPDX-License-Identifier: MIT
/* vm --for qemu */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "readers.h"

/* What is lacking of PASID itself is explain's verdict. */
static void take_verdict(struct answers *answers, struct subject *subject,
			 struct json_object *lacks)
{
	const char *verdict = "usable";

	for (size_t i = 0; i < json_object_array_length(lacks); i++) {
		struct json_object *lack = json_object_array_get_idx(lacks, i);

		if (!strcmp(member_text(lack, "what"), "pasid"))
			verdict = !strcmp(member_text(lack, "verdict"), "broken") ? "unusable"
										  : "unknown";
	}
	tell_value(answers, subject, FACT_VERDICT, FROM_VM, "%s", verdict);
}

/* QEMU supports 20 bits at most; the IOMMU may have more. */
static void take_width(struct answers *answers, struct subject *subject,
		       struct json_object *options)
{
	for (size_t i = 0; i < json_object_array_length(options); i++) {
		const char *option = json_object_get_string(json_object_array_get_idx(options, i));
		const char *bits = strstr(option, "pasid-bits=");

		if (bits && atoi(bits + 11) < 20)
			tell_value(answers, subject, FACT_IOMMU_WIDTH, FROM_VM, "%d",
				   atoi(bits + 11));
	}
}

void read_vm_json(struct answers *answers, struct json_object *report)
{
	struct json_object *device = device_of(report, 0);
	struct subject *subject;

	if (!device)
		return;
	subject = answers_subject(answers, member_text(device, "bdf"));
	/* Without a place for it, there is nevertheless a verdict. */
	if (!member(device, "error") || json_object_array_length(member(device, "lacks")))
		take_verdict(answers, subject, member(device, "lacks"));
	if (member(report, "options"))
		take_width(answers, subject, member(report, "options"));
}
