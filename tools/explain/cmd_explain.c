// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid explain: why a function's PASID can be used, or which link is missing. */
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "explain/chain.h"
#include "facts/function.h"
#include "facts/host_options.h"
#include "facts/subjects.h"
#include "support/json.h"
#include "support/output.h"

static const struct usage usage = {
	.synopsis = "[OPTION]... BDF...",
	.about =
		"Follows what a function's PASID hangs on, in the order in which the kernel asks "
		"for it: the IOMMU, the capability, the ports on the way. Says which link is "
		"missing, how sure that is, and what to do. Changes nothing, opens nothing through "
		"VFIO, and wakes nothing that sleeps. Without root much of it can't be known.",
	.statuses = "0 all are usable, 1 one is not, 2 usage, 3 it can't be known of one, or an "
		    "error",
};

/* Returns the exit status. */
static int explain(struct function *function, enum purpose purpose, struct chain *chain,
		   struct json_object *devices)
{
	static const int statuses[] = {
		[EXPLAIN_OK] = EXIT_OK,
		[EXPLAIN_BROKEN] = EXIT_NO_PASID,
		[EXPLAIN_UNKNOWN] = EXIT_ERROR,
	};
	int status = EXIT_ERROR;
	struct why why;
	int ret = function_read(function, EXPLAIN_PARTS | FUNCTION_IDXD, &why);

	if (ret) {
		complain("%s: %s", function->pci.bdf.text, why.text);
	} else {
		explain_judge_for(function, purpose, chain);
		status = statuses[chain->verdict];
	}
	if (devices)
		json_object_array_add(devices,
				      explain_to_json(function, chain, ret ? why.text : NULL));
	else if (!ret)
		explain_print(function, chain, stdout, has_colours(stdout));
	return status;
}

/* What isn't known of one outweighs what another lacks. */
static int explain_all(const struct subjects *subjects, enum purpose purpose, bool json)
{
	struct json_object *devices = json ? json_object_new_array() : NULL;
	struct chain *chain = malloc(sizeof(*chain)); /* too large for a stack */
	int worst = chain ? EXIT_OK : complain("out of memory");

	for (size_t i = 0; i < subjects->count; i++)
		function_read(subjects->functions[i], FUNCTION_IDENTITY, NULL);
	functions_name(subjects->functions, subjects->count, NULL);
	for (size_t i = 0; chain && i < subjects->count; i++) {
		int status;

		*chain = (struct chain){ 0 };
		if (i && !json)
			putchar('\n');
		status = explain(subjects->functions[i], purpose, chain, devices);
		worst = status > worst ? status : worst;
	}
	free(chain);
	if (json)
		print_json(json_report(EXPLAIN_SCHEMA, devices));
	return worst;
}

int cmd_explain(int argc, char **argv)
{
	enum purpose purpose = PURPOSES;
	struct host_options host = { 0 };
	struct choice choice = { 0 };
	bool json = false;
	const struct command_option options[] = {
		PURPOSE_OPTION(&purpose,
			       "say whether it is usable for that; without, whether PASID is: "),
		CHOICE_OPTIONS(&choice),
		HOST_OPTIONS(&host),
		REPORT_OPTIONS(&json),
		{ 0 },
	};
	struct subjects subjects;
	int status = take_options(argc, argv, options, &usage);

	if (!status)
		status = subjects_open(&host, &choice, argv + optind, false, &subjects);
	if (status)
		return status;
	status = explain_all(&subjects, purpose, json);
	subjects_close(&subjects);
	return status;
}
