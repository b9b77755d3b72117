// SPDX-License-Identifier: MIT
/* Prometheus's samples and NFD's labels */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "readers.h"

#define OPEN (CAN_BE_NOTHING | CAN_BE_UNKNOWN)

#define MAX_LABELS 8

/* vpasid_NAME{LABEL="VALUE",...} NUMBER */
struct sample {
	char name[64];
	struct {
		char name[32], value[256];
	} labels[MAX_LABELS];
	int count;
	char number[32];
};

/* Takes a value up to its closing quote, and undoes its escapes. */
static const char *take_value(const char *at, char *value, size_t size)
{
	size_t length = 0;

	for (; *at && *at != '"'; at++) {
		if (*at == '\\' && at[1])
			at++;
		if (length + 1 < size)
			value[length++] = *at;
	}
	value[length] = '\0';
	return *at ? at + 1 : at;
}

static void parse_sample(const char *line, struct sample *sample)
{
	size_t length = strcspn(line, "{ ");

	*sample = (struct sample){ .count = 0 };
	snprintf(sample->name, sizeof(sample->name), "%.*s", (int)length, line);
	line += length;
	while (*line && *line != '}' && *line != ' ' && sample->count < MAX_LABELS) {
		line++;
		length = strcspn(line, "=");
		snprintf(sample->labels[sample->count].name, sizeof(sample->labels[0].name), "%.*s",
			 (int)length, line);
		line += length + 2;
		line = take_value(line, sample->labels[sample->count].value,
				  sizeof(sample->labels[0].value));
		sample->count++;
	}
	line += *line == '}';
	snprintf(sample->number, sizeof(sample->number), "%s", line + strspn(line, " "));
}

static const char *label_of(const struct sample *sample, const char *name)
{
	for (int i = 0; i < sample->count; i++)
		if (!strcmp(sample->labels[i].name, name))
			return sample->labels[i].value;
	return "";
}

static void tell_label(struct answers *answers, struct subject *subject, enum fact fact,
		       const char *value)
{
	if (*value)
		tell_value(answers, subject, fact, FROM_PROMETHEUS, "%s", value);
	else
		tell(answers, subject, fact, FROM_PROMETHEUS, OPEN);
}

static void take_info(struct answers *answers, struct subject *subject, const struct sample *sample)
{
	const char *vendor = label_of(sample, "vendor_id"), *device = label_of(sample, "device_id");

	tell_value(answers, subject, FACT_TOLD, FROM_PROMETHEUS, "yes");
	tell_value(answers, subject, FACT_LISTED, FROM_PROMETHEUS, "yes");
	tell_label(answers, subject, FACT_KIND, label_of(sample, "kind"));
	tell_label(answers, subject, FACT_PF, label_of(sample, "pf"));
	tell_label(answers, subject, FACT_DRIVER, label_of(sample, "driver"));
	tell_label(answers, subject, FACT_IOMMU, label_of(sample, "iommu"));
	if (strlen(vendor) > 2 && strlen(device) > 2)
		tell_value(answers, subject, FACT_ID, FROM_PROMETHEUS, "%s:%s", vendor + 2,
			   device + 2);
	else
		tell(answers, subject, FACT_ID, FROM_PROMETHEUS, CAN_BE_UNKNOWN);
}

static void take_permission(struct answers *answers, struct subject *subject,
			    const struct sample *sample, enum fact exec, enum fact priv)
{
	bool is_exec = !strcmp(label_of(sample, "permission"), "exec");

	tell_bool(answers, subject, is_exec ? exec : priv, FROM_PROMETHEUS,
		  !strcmp(sample->number, "1"));
}

static void take_of_function(struct answers *answers, const struct sample *sample, const char *name)
{
	struct subject *subject = answers_subject(answers, label_of(sample, "bdf"));

	if (!strcmp(name, "info"))
		take_info(answers, subject, sample);
	else if (!strcmp(name, "state") && !strcmp(sample->number, "1"))
		tell_value(answers, subject, FACT_STATE, FROM_PROMETHEUS, "%s",
			   label_of(sample, "state"));
	else if (!strcmp(name, "max_pasid_width"))
		tell_value(answers, subject, FACT_WIDTH, FROM_PROMETHEUS, "%s", sample->number);
	else if (!strcmp(name, "usable_pasid_width"))
		tell_value(answers, subject, FACT_USABLE_WIDTH, FROM_PROMETHEUS, "%s",
			   sample->number);
	else if (!strcmp(name, "permission_supported"))
		take_permission(answers, subject, sample, FACT_EXEC, FACT_PRIV);
	else if (!strcmp(name, "permission_enabled"))
		take_permission(answers, subject, sample, FACT_EXEC_ENABLED, FACT_PRIV_ENABLED);
}

/* An IOMMU's sample is about all functions that it covers. */
static void take_of_iommu(struct answers *answers, const struct sample *sample)
{
	const char *iommu = label_of(sample, "iommu");

	for (size_t i = 0; i < answers->count; i++) {
		struct subject *subject = &answers->subjects[i];
		const struct answer *covers = &subject->answers[FACT_IOMMU][FROM_PROMETHEUS];

		if (covers->can_be == CAN_BE_VALUE && !strcmp(covers->text, iommu))
			tell_value(answers, subject, FACT_IOMMU_WIDTH, FROM_PROMETHEUS, "%s",
				   sample->number);
	}
}

static void take_sample(struct answers *answers, const struct sample *sample)
{
	char name[64];

	if (!strncmp(sample->name, "vpasid_function_", 16)) {
		take_of_function(answers, sample, sample->name + 16);
	} else if (!strcmp(sample->name, "vpasid_iommu_max_pasid_width")) {
		take_of_iommu(answers, sample);
	} else if (!strcmp(sample->name, "vpasid_functions")) {
		snprintf(name, sizeof(name), "functions that are %.32s", label_of(sample, "state"));
		tell_value(answers, answers_subject(answers, name), FACT_NUMBER, FROM_PROMETHEUS,
			   "%s", sample->number);
	}
}

/* If there is no sample, there is nothing, or it is unknown. */
static void tell_missing(struct answers *answers)
{
	static const enum fact facts[] = { FACT_STATE,	      FACT_WIDTH,	FACT_IOMMU_WIDTH,
					   FACT_USABLE_WIDTH, FACT_EXEC,	FACT_PRIV,
					   FACT_EXEC_ENABLED, FACT_PRIV_ENABLED };

	for (size_t i = 0; i < answers->count; i++) {
		struct subject *subject = &answers->subjects[i];

		if (!subject->answers[FACT_TOLD][FROM_PROMETHEUS].can_be)
			continue;
		for (size_t f = 0; f < sizeof(facts) / sizeof(facts[0]); f++)
			tell(answers, subject, facts[f], FROM_PROMETHEUS, OPEN);
	}
}

void read_prometheus(struct answers *answers, const char *out)
{
	char *copy = strdup(out), *rest = copy, *line;
	struct sample sample;

	while ((line = strsep(&rest, "\n"))) {
		if (!*line || *line == '#')
			continue;
		parse_sample(line, &sample);
		take_sample(answers, &sample);
	}
	free(copy);
	tell_missing(answers);
}

/* feature.node.kubernetes.io/vpasid.enabled=true */
void read_nfd(struct answers *answers, const char *out)
{
	char *copy = strdup(out), *rest = copy, *line;

	while ((line = strsep(&rest, "\n"))) {
		char *label = strchr(line, '/'), *value = label ? strchr(label, '=') : NULL;

		if (*line == '#' || !value)
			continue;
		*value = '\0';
		tell_value(answers, answers_subject(answers, label + 1), FACT_NUMBER, FROM_NFD,
			   "%s", value + 1);
	}
	free(copy);
}
