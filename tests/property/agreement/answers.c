// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"

void answers_clear(struct answers *answers)
{
	answers->count = 0;
	answers->used = 0;
}

static const char *keep(struct answers *answers, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = answers->texts + answers->used;

	if (size > sizeof(answers->texts) - answers->used) {
		fputs("there are too many answers\n", stderr);
		abort();
	}
	memcpy(copy, text, size);
	answers->used += size;
	return copy;
}

struct subject *answers_find(struct answers *answers, const char *name)
{
	for (size_t i = 0; i < answers->count; i++)
		if (!strcmp(answers->subjects[i].name, name))
			return &answers->subjects[i];
	return NULL;
}

struct subject *answers_subject(struct answers *answers, const char *name)
{
	struct subject *subject = answers_find(answers, name);

	if (subject)
		return subject;
	if (answers->count == MAX_SUBJECTS) {
		fputs("there are too many subjects\n", stderr);
		abort();
	}
	subject = &answers->subjects[answers->count++];
	memset(subject, 0, sizeof(*subject));
	subject->name = keep(answers, name);
	return subject;
}

void tell(struct answers *answers, struct subject *subject, enum fact fact, enum source source,
	  unsigned int can_be)
{
	struct answer *answer = &subject->answers[fact][source];

	(void)answers;
	if (!answer->can_be)
		answer->can_be = (uint8_t)can_be;
}

void tell_value(struct answers *answers, struct subject *subject, enum fact fact,
		enum source source, const char *format, ...)
{
	struct answer *answer = &subject->answers[fact][source];
	char text[1024];
	va_list arguments;

	if (answer->can_be)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	*answer = (struct answer){ CAN_BE_VALUE, keep(answers, text) };
}

void tell_bool(struct answers *answers, struct subject *subject, enum fact fact, enum source source,
	       bool value)
{
	tell_value(answers, subject, fact, source, "%s", value ? "yes" : "no");
}

bool answers_agree(const struct answer answers[SOURCES])
{
	unsigned int can_be = CAN_BE_NOTHING | CAN_BE_UNKNOWN | CAN_BE_VALUE;
	const char *text = NULL;

	for (enum source source = 0; source < SOURCES; source++) {
		const struct answer *answer = &answers[source];

		if (!answer->can_be)
			continue;
		can_be &= answer->can_be;
		if (answer->can_be != CAN_BE_VALUE)
			continue;
		if (text && strcmp(text, answer->text) != 0)
			return false;
		text = answer->text;
	}
	return can_be;
}

const char *fact_name(enum fact fact)
{
	static const char *const names[FACTS] = {
		[FACT_TOLD] = "whether anything is told",
		[FACT_LISTED] = "whether it has PASID, or may",
		[FACT_STATE] = "state",
		[FACT_WIDTH] = "width",
		[FACT_IOMMU_WIDTH] = "IOMMU width",
		[FACT_USABLE_WIDTH] = "usable width",
		[FACT_EXEC] = "EXEC",
		[FACT_PRIV] = "PRIV",
		[FACT_EXEC_ENABLED] = "EXEC enabled",
		[FACT_PRIV_ENABLED] = "PRIV enabled",
		[FACT_PASID_AT] = "offset of the PASID capability",
		[FACT_KIND] = "kind",
		[FACT_PF] = "PF",
		[FACT_DRIVER] = "driver",
		[FACT_IOMMU] = "IOMMU",
		[FACT_GROUP] = "group",
		[FACT_ID] = "ID",
		[FACT_NAME] = "name",
		[FACT_PLACE] = "place",
		[FACT_REASON] = "reason for the place",
		[FACT_NO_PLACE] = "why there is no place",
		[FACT_DIGEST] = "digest",
		[FACT_VERDICT] = "verdict",
		[FACT_IS_USABLE] = "usable only if enabled",
		[FACT_SUMMARY] = "summary",
		[FACT_NUMBER] = "labels and numbers of the exports",
	};

	return names[fact];
}

const char *source_name(enum source source)
{
	static const char *const names[SOURCES] = {
		[FROM_MAKER] = "what was made",
		[FROM_RULE] = "the manual's rule",
		[FROM_LIST] = "list -a -p",
		[FROM_LIST_JSON] = "list -a --json",
		[FROM_SHORT_LIST] = "list -p",
		[FROM_SHOW] = "show",
		[FROM_SHOW_JSON] = "show --json",
		[FROM_SHOW_SIBLINGS] = "show --json of a sibling",
		[FROM_EXPLAIN] = "explain",
		[FROM_EXPLAIN_JSON] = "explain --json",
		[FROM_EXPLAIN_STATUS] = "explain's exit status",
		[FROM_VM] = "vm --for qemu --json",
		[FROM_MAP] = "map",
		[FROM_MAP_JSON] = "map --json",
		[FROM_PLACE] = "place",
		[FROM_PLACE_JSON] = "place --format json",
		[FROM_PROMETHEUS] = "export --format prometheus",
		[FROM_NFD] = "export --format nfd",
	};

	return names[source];
}
