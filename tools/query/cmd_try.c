// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid try: whether a host can attach an address space to a PASID. */
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "pci/arguments.h"
#include "query/try.h"
#include "support/json.h"
#include "support/options.h"
#include "support/output.h"

static const char usage[] =
	"usage: vpasid try [--pasid N] [--json] [--vf-token UUID] BDF\n"
	"\n"
	"Attaches an empty address space to a PASID of the function, replaces it by another,\n"
	"detaches it, and says what came of it: the check, from end to end, that this host can\n"
	"do it. The function must be bound to a VFIO driver, and unused; see vpasid bind. VFIO\n"
	"resets a function that it opens. It takes Linux 6.15 or later with iommufd.\n"
	"\n"
	"  --pasid N        1 to 1048575 (default: 1)\n"
	"  --json           print JSON instead\n"
	"  --vf-token UUID  the VF token of a PF on VFIO and its VFs\n"
	"  --help           print this\n"
	"\n"
	"Exit status: 0 attached and detached, 1 this host can't, 2 usage, 3 error\n";

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
		return usage_error("try", "--pasid %s: write a number from 1 to %lu", value, most);
	if (!arguments->pasid)
		return usage_error("try", "--pasid 0: the kernel takes 0 for what a function does "
					  "without a PASID; write 1 or more");
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
	struct arguments arguments = { .pasid = 1 };
	const struct command_option options[] = {
		{ "pasid", .take = set_pasid, .context = &arguments },
		{ "json", .flag = &arguments.json },
		{ "vf-token", .text = &arguments.vf_token },
		{ 0 },
	};
	int status = take_options(argc, argv, options, usage);
	struct attempt *attempt;
	struct host host;
	struct bdf bdf;

	if (!status)
		status = check_vf_token("try", arguments.vf_token);
	if (status)
		return status;
	if (argc - optind != 1)
		return usage_error("try", "try needs the BDF of one function, as 0000:00:05.0");

	if (parse_bdf("try", argv[optind], &bdf))
		return EXIT_USAGE;

	attempt = calloc(1, sizeof(*attempt));
	host_open(&host, HOST_SYSFS, "", true);
	if (attempt)
		attempt->query.function = host_function(&host, &bdf);
	if (attempt && attempt->query.function) {
		status = try_and_report(&arguments, attempt);
	} else {
		complain("out of memory");
		status = EXIT_ERROR;
	}
	host_close(&host);
	free(attempt);
	return status;
}
