// SPDX-License-Identifier: GPL-2.0-or-later
/* The functions that have PASID, each judged as `vpasid explain` does. */
#include <errno.h>
#include <stdlib.h>

#include "check/check.h"
#include "facts/pasid.h"
#include "support/output.h"
#include "support/plural.h"

struct counts {
	size_t hidden, asleep, unreadable; /* whether they have PASID isn't known */
	size_t pasid, usable, unusable;	   /* those that have it */
	struct bdf first;		   /* that isn't usable, or may not be */
};

static void take_state(const struct function *function, struct counts *counts)
{
	switch (pasid_state(function)) {
	case PASID_ASLEEP:
		counts->asleep++;
		break;
	case PASID_UNKNOWN:
		counts->hidden += pasid_error(function) == -EACCES;
		counts->unreadable += pasid_error(function) != -EACCES;
		break;
	default:
		counts->pasid++;
	}
}

/* A process needs nothing attached by a VMM. */
static bool is_usable(enum purpose purpose, const struct function *function,
		      const struct chain *chain)
{
	if (chain->verdict == EXPLAIN_BROKEN && purpose == PURPOSE_SVA)
		return chain->broken->what == LINK_ATTACH && pasid_state(function) == PASID_ENABLED;
	return chain->verdict == EXPLAIN_OK;
}

static void judge(struct function *function, struct chain *chain, struct counts *counts,
		  struct check *check)
{
	take_state(function, counts);
	if (pasid_state(function) != PASID_OFF && pasid_state(function) != PASID_ENABLED)
		return;
	if (function_read(function, EXPLAIN_PARTS, NULL))
		return;
	explain_judge(function, chain);
	if (is_usable(check->purpose, function, chain)) {
		counts->usable++;
	} else {
		counts->unusable += chain->verdict == EXPLAIN_BROKEN;
		if (!*counts->first.text)
			counts->first = function->pci.bdf;
	}
	check_path(chain, check);
}

static void say_unread(const struct host *host, const struct counts *counts, struct check *check)
{
	struct finding *finding;

	if (counts->hidden) {
		finding = check_add(check, CHECK_FUNCTIONS, "");
		finding_say(finding, CHECK_UNKNOWN,
			    "can't tell whether %zu function%s PASID: only root can read %s config "
			    "space",
			    counts->hidden, counts->hidden == 1 ? " has" : "s have",
			    counts->hidden == 1 ? "its" : "their");
		finding_todo(finding, "run vpasid check as root");
	}
	if (counts->asleep) {
		finding = check_add(check, CHECK_FUNCTIONS, "");
		finding_say(finding, CHECK_WARN, "%zu function%s read", counts->asleep,
			    counts->asleep == 1 ? " is asleep, so its config space wasn't"
						: "s are asleep, so their config spaces weren't");
		finding_todo(finding, "%s reads %s, too", host_wake_option(host),
			     counts->asleep == 1 ? "it" : "them");
	}
	if (counts->unreadable) {
		finding = check_add(check, CHECK_FUNCTIONS, "");
		finding_say(finding, CHECK_WARN, "can't tell whether %zu function%s PASID",
			    counts->unreadable, counts->unreadable == 1 ? " has" : "s have");
		finding_todo(finding, "see `vpasid list`, which says why");
	}
}

static void say_usable(const struct host *host, const struct counts *counts, struct check *check)
{
	struct finding *finding;

	if (!counts->pasid && (counts->hidden || counts->asleep || counts->unreadable))
		return;
	finding = check_add(check, CHECK_FUNCTIONS, "");
	if (!counts->pasid) {
		finding_say(finding, CHECK_WARN, "none of %zu function%s has PASID",
			    host->function_count, plural(host->function_count));
		return;
	}
	finding_say(finding, CHECK_PASS, "%zu of %zu function%s with PASID can use it",
		    counts->usable, counts->pasid, plural(counts->pasid));
	if (counts->usable == counts->pasid)
		return;
	if (counts->usable)
		finding->verdict = CHECK_WARN;
	else
		finding->verdict = counts->unusable == counts->pasid ? CHECK_FAIL : CHECK_UNKNOWN;
	finding_todo(finding, "`vpasid explain %s` says why for one of them", counts->first.text);
}

/* Bridges have no PASID, so one whose config space can't be read doesn't count. */
static bool may_have_pasid(struct function *function)
{
	if (function_read(function, FUNCTION_PASID | FUNCTION_IOMMU, NULL))
		return false;
	return pasid_state(function) != PASID_NONE && !pci_has_bridge_class(&function->pci);
}

static int list_functions(struct host *host, struct check *check, struct why *why)
{
	int ret = host_find_functions(host, why);

	if (ret)
		return ret;
	check->functions = calloc(host->function_count + 1, sizeof(struct function *));
	if (!check->functions)
		return because(why, -ENOMEM, "out of memory");
	/* A PF that is read later comes behind these. */
	for (size_t i = 0; i < host->function_count; i++)
		check->functions[i] = host->functions[i];
	return 0;
}

static void judge_all(struct host *host, struct chain *chain, struct check *check)
{
	struct counts counts = { 0 };

	/* Those that have PASID take the places of those that were looked at. */
	for (size_t i = 0; check->functions[i]; i++) {
		struct function *function = check->functions[i];

		if (!may_have_pasid(function))
			continue;
		check->functions[check->function_count++] = function;
		judge(function, chain, &counts, check);
	}
	say_unread(host, &counts, check);
	say_usable(host, &counts, check);
	/* Of those that couldn't be read, nothing is known. */
	if (counts.pasid)
		check_path_passes(check);
}

int check_functions(struct host *host, struct check *check, struct why *why)
{
	struct chain *chain = malloc(sizeof(*chain)); /* too large for a stack */
	int ret;

	if (!chain)
		return because(why, -ENOMEM, "out of memory");
	ret = list_functions(host, check, why);
	if (!ret)
		judge_all(host, chain, check);
	free(chain);
	return ret;
}
