// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid try: whether this host can attach an address space to a PASID. */
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "facts/subjects.h"
#include "pci/arguments.h"
#include "query/try.h"
#include "support/json.h"
#include "support/options.h"
#include "support/output.h"

static const struct usage usage = {
	.synopsis = "[OPTION]... BDF",
	.about =
		"Attaches an empty address space to a PASID of the function, replaces it by "
		"another, detaches it, and reports the results: an end-to-end check that this host "
		"supports it. The function must be bound to a VFIO driver (see vpasid bind), and "
		"no process may have it open. VFIO resets a function when it is opened. Linux 6.15 "
		"or later with iommufd is required.",
	.statuses = "0 attached and detached, 1 not possible on this host, 2 usage, 3 error",
};

struct arguments {
	bool json;
	unsigned long pasid;
	const char *vf_token;
};

static int set_pasid(void *context, const char *value)
{
	struct arguments *arguments = context;
	unsigned long most = (1ul << VPASID_MAX_WIDTH) - 1;

	if (parse_number(value, most, &arguments->pasid))
		return usage_error("--pasid %s: not a number from 1 to %lu", value, most);
	if (!arguments->pasid)
		return usage_error("--pasid 0: to the kernel, 0 stands for DMA without a PASID; "
				   "use 1 or more");
	return EXIT_OK;
}

static int try_and_report(const struct arguments *arguments, struct attempt *attempt)
{
	static const int statuses[] = {
		[TRY_DONE] = EXIT_OK,
		[TRY_IMPOSSIBLE] = EXIT_NO_PASID,
		[TRY_FAILED] = EXIT_ERROR,
	};

	attempt->pasid = (uint32_t)arguments->pasid;
	try_pasid(attempt, arguments->vf_token);
	if (attempt->verdict == TRY_FAILED)
		complain("%s: %s", attempt->query.function->pci.bdf.text, attempt->why.text);
	else if (*attempt->query.note.text)
		complain("%s: %s", attempt->query.function->pci.bdf.text, attempt->query.note.text);
	if (arguments->json)
		print_json(try_to_json(attempt));
	else if (attempt->verdict != TRY_FAILED)
		try_print(attempt, stdout, has_colours(stdout));
	return statuses[attempt->verdict];
}

int cmd_try(int argc, char **argv)
{
	/* VFIO resets a function when it is opened, so waking it does no further harm. */
	const struct host_options host = { .wakes = true };
	struct arguments arguments = { .pasid = 1 };
	struct choice choice = { 0 };
	const struct command_option options[] = {
		{ "pasid", 0, "N", "1 to 1048575 (default: 1)", .take = set_pasid,
		  .context = &arguments },
		VF_TOKEN_OPTION(&arguments.vf_token),
		CHOICE_OPTIONS(&choice),
		REPORT_OPTIONS(&arguments.json),
		{ 0 },
	};
	int status = take_options(argc, argv, options, &usage);
	struct subjects subjects;
	struct attempt *attempt;

	if (!status)
		status = subjects_open(&host, &choice, argv + optind, false, &subjects);
	if (status)
		return status;
	status = subjects_expect_one(&subjects, "try");
	attempt = status ? NULL : calloc(1, sizeof(*attempt));
	if (attempt) {
		attempt->query.function = subjects.functions[0];
		status = try_and_report(&arguments, attempt);
	} else if (!status) {
		status = complain("out of memory");
	}
	free(attempt);
	subjects_close(&subjects);
	return status;
}
