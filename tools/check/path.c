// SPDX-License-Identifier: GPL-2.0-or-later
/* TLP prefixes and ACS of the functions that have PASID, and of the ports above them. */
#include "check/check.h"

static const struct {
	enum explain_what link;
	enum check_what question;
	const char *passes;
} questions[] = {
	{ LINK_TLP_PREFIX, CHECK_TLP_PREFIX,
	  "the functions with PASID and the ports above them support end-to-end TLP prefixes" },
	{ LINK_ACS, CHECK_ACS,
	  "the functions with PASID and the ports above them have the required ACS enabled" },
};

#define QUESTIONS (sizeof(questions) / sizeof(questions[0]))

/* A port with many functions below it is reported once. */
static void take_link(const struct link *link, enum check_what question, struct check *check)
{
	if (link->verdict != EXPLAIN_BROKEN && link->verdict != EXPLAIN_UNKNOWN)
		return;
	if (!check_has(check, question, link->bdf.text))
		check_take(check, question, link->bdf.text, link);
}

/* If the kernel has enabled PASID, what looks broken isn't. */
void check_path(const struct chain *chain, struct check *check)
{
	if (chain->verdict == EXPLAIN_OK)
		return;
	for (size_t i = 0; i < chain->link_count; i++)
		for (size_t j = 0; j < QUESTIONS; j++)
			if (chain->links[i].what == questions[j].link)
				take_link(&chain->links[i], questions[j].question, check);
}

void check_path_passes(struct check *check)
{
	for (size_t i = 0; i < QUESTIONS; i++) {
		if (check_count(check, questions[i].question, CHECK_FAIL) ||
		    check_count(check, questions[i].question, CHECK_UNKNOWN))
			continue;
		finding_say(check_add(check, questions[i].question, ""), CHECK_PASS, "%s",
			    questions[i].passes);
	}
}
