// SPDX-License-Identifier: MIT
/* What follows from list --json by the rules of the manual. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"

#define OPEN (CAN_BE_NOTHING | CAN_BE_UNKNOWN)

static const char *const states[] = { "none", "off", "enabled", "asleep", "unknown" };

/* The value in list --json, or NULL. */
static const char *said(const struct subject *subject, enum fact fact)
{
	return subject->answers[fact][FROM_LIST_JSON].text;
}

static bool is_in_state(const struct subject *subject, const char *state)
{
	const char *text = said(subject, FACT_STATE);

	return text && !strcmp(text, state);
}

static bool is_zero(const char *text)
{
	return text && !strcmp(text, "0");
}

static bool is_iommu(const struct subject *subject, const char *name)
{
	const char *iommu = said(subject, FACT_IOMMU);

	return iommu && !strncmp(iommu, name, strlen(name));
}

/* The lesser of both widths. If the IOMMU has none, it may be 0 though the other is unknown. */
static void rule_usable(struct answers *answers, struct subject *subject)
{
	const char *width = said(subject, FACT_WIDTH), *iommu = said(subject, FACT_IOMMU_WIDTH);
	bool is_enabled = is_in_state(subject, "enabled");

	if (is_in_state(subject, "off") || (is_enabled && (is_zero(width) || is_zero(iommu))))
		tell_value(answers, subject, FACT_USABLE_WIDTH, FROM_RULE, "0");
	else if (is_enabled && is_iommu(subject, "ivhd"))
		/* whether AMD's driver attaches anything is the kernel's, of which sysfs says
		 * nothing */
		tell(answers, subject, FACT_USABLE_WIDTH, FROM_RULE, CAN_BE_UNKNOWN);
	else if (is_enabled && width && iommu)
		tell_value(answers, subject, FACT_USABLE_WIDTH, FROM_RULE, "%s",
			   atoi(iommu) < atoi(width) ? iommu : width);
	else
		tell(answers, subject, FACT_USABLE_WIDTH, FROM_RULE, OPEN);
}

static void rule_verdict(struct answers *answers, struct subject *subject)
{
	const struct answer *verdict = &subject->answers[FACT_VERDICT][FROM_EXPLAIN_JSON];

	if (is_in_state(subject, "none") || is_in_state(subject, "off"))
		tell_value(answers, subject, FACT_VERDICT, FROM_RULE, "unusable");
	/* That it is enabled says that it is usable with Intel's driver alone. */
	if (!verdict->text || (is_in_state(subject, "enabled") &&
			       (!said(subject, FACT_IOMMU) || is_iommu(subject, "dmar"))))
		return;
	tell_bool(answers, subject, FACT_IS_USABLE, FROM_RULE, false);
	tell_bool(answers, subject, FACT_IS_USABLE, FROM_EXPLAIN_JSON,
		  !strcmp(verdict->text, "usable"));
}

/* list has the functions that have PASID, and those that may have it, without bridges. */
static void rule_listed(struct answers *answers, struct subject *subject,
			const struct made_function *function)
{
	bool is_told = subject->answers[FACT_TOLD][FROM_SHORT_LIST].can_be;
	bool may = is_in_state(subject, "asleep") || is_in_state(subject, "unknown");

	tell_bool(answers, subject, FACT_LISTED, FROM_SHORT_LIST, is_told);
	tell_bool(answers, subject, FACT_LISTED, FROM_PROMETHEUS, false);
	if (!may)
		tell_bool(answers, subject, FACT_LISTED, FROM_RULE, !is_in_state(subject, "none"));
	else if (function->is_bridge == KNOWN)
		tell_bool(answers, subject, FACT_LISTED, FROM_RULE, function->class >> 16 != 0x06);
}

/* Exports */

struct tally {
	size_t states[5];
	size_t exec, priv;
	int width, usable_width; /* -1: unknown for all functions */
};

static bool is_listed(const struct subject *subject)
{
	const struct answer *listed = &subject->answers[FACT_LISTED][FROM_SHORT_LIST];

	return listed->text && !strcmp(listed->text, "yes");
}

static int larger(int a, const char *b)
{
	return b && atoi(b) > a ? atoi(b) : a;
}

static bool is_yes(const char *text)
{
	return text && !strcmp(text, "yes");
}

static void count(struct tally *tally, const struct subject *subject)
{
	for (int i = 0; i < 5; i++)
		tally->states[i] += is_in_state(subject, states[i]);
	if (!is_in_state(subject, "enabled"))
		return;
	tally->exec += is_yes(said(subject, FACT_EXEC_ENABLED));
	tally->priv += is_yes(said(subject, FACT_PRIV_ENABLED));
	tally->width = larger(tally->width, said(subject, FACT_WIDTH));
	tally->usable_width = larger(tally->usable_width, said(subject, FACT_USABLE_WIDTH));
}

static void rule_label(struct answers *answers, const char *group, const char *label,
		       const char *value)
{
	char name[128];
	struct subject *subject;

	snprintf(name, sizeof(name), "%s.%s", group, label);
	subject = answers_subject(answers, name);
	if (*value)
		tell_value(answers, subject, FACT_NUMBER, FROM_RULE, "%s", value);
	else
		tell(answers, subject, FACT_NUMBER, FROM_RULE, CAN_BE_UNKNOWN);
	tell(answers, subject, FACT_NUMBER, FROM_NFD, CAN_BE_UNKNOWN);
}

/* It is "false" only if it is known for all functions. */
static void rule_bool(struct answers *answers, const char *group, const char *label, size_t have,
		      const struct tally *tally)
{
	bool is_known = have || !(tally->states[3] + tally->states[4]);

	rule_label(answers, group, label, !is_known ? "" : have ? "true" : "false");
}

static void rule_number(struct answers *answers, const char *group, const char *label, int number)
{
	char text[32] = "";

	if (number >= 0)
		snprintf(text, sizeof(text), "%d", number);
	rule_label(answers, group, label, text);
}

static void rule_group(struct answers *answers, const char *group, const struct tally *tally)
{
	rule_bool(answers, group, "enabled", tally->states[2], tally);
	rule_bool(answers, group, "exec", tally->exec, tally);
	rule_bool(answers, group, "priv", tally->priv, tally);
	rule_number(answers, group, "width", tally->width);
	rule_number(answers, group, "usable-width", tally->usable_width);
	for (int i = 1; i < 5; i++) {
		char label[32];

		snprintf(label, sizeof(label), "functions.%s", states[i]);
		rule_number(answers, group, label, (int)tally->states[i]);
	}
}

/* Counts the functions that are listed and have @id, or all if it is NULL. */
static struct tally tally_of(const struct answers *answers, size_t functions, const char *id)
{
	struct tally tally = { .width = -1, .usable_width = -1 };

	for (size_t i = 0; i < functions; i++) {
		const struct subject *subject = &answers->subjects[i];
		const char *its_id = said(subject, FACT_ID);

		if (is_listed(subject) && (!id || (its_id && !strcmp(id, its_id))))
			count(&tally, subject);
	}
	return tally;
}

static void rule_labels(struct answers *answers, size_t functions)
{
	struct tally tally = tally_of(answers, functions, NULL);
	char group[64];

	rule_group(answers, "vpasid", &tally);
	for (size_t i = 0; i < functions; i++) {
		const char *id = said(&answers->subjects[i], FACT_ID);

		if (!is_listed(&answers->subjects[i]) || !id)
			continue;
		tally = tally_of(answers, functions, id);
		snprintf(group, sizeof(group), "vpasid-%.4s_%s", id, id + 5);
		rule_group(answers, group, &tally);
	}
}

/* Functions that aren't listed count as none. */
static void rule_counts(struct answers *answers, size_t functions)
{
	struct tally tally = tally_of(answers, functions, NULL);
	size_t listed = 0;
	char name[64];

	for (int i = 0; i < 5; i++)
		listed += tally.states[i];
	tally.states[0] += functions - listed;
	for (int i = 0; i < 5; i++) {
		struct subject *subject;

		snprintf(name, sizeof(name), "functions that are %s", states[i]);
		subject = answers_subject(answers, name);
		tell_value(answers, subject, FACT_NUMBER, FROM_RULE, "%zu", tally.states[i]);
		tell(answers, subject, FACT_NUMBER, FROM_PROMETHEUS, CAN_BE_UNKNOWN);
	}
}

void tell_rules(struct answers *answers, const struct made_host *host)
{
	size_t functions = (size_t)host->count;

	for (size_t i = 0; i < functions; i++) {
		struct subject *subject = &answers->subjects[i];

		rule_usable(answers, subject);
		rule_verdict(answers, subject);
		rule_listed(answers, subject, &host->functions[i]);
	}
	rule_labels(answers, functions);
	rule_counts(answers, functions);
}

void tell_rules_of_dump(struct answers *answers)
{
	for (size_t i = 0; i < answers->count; i++) {
		rule_usable(answers, &answers->subjects[i]);
		rule_verdict(answers, &answers->subjects[i]);
	}
}
