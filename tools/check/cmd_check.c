// SPDX-License-Identifier: GPL-2.0-or-later
/* vpasid check: whether a host is fit for PASID, and what is in the way. */
#include <stdio.h>

#include "check/check.h"
#include "cmd.h"
#include "facts/host_options.h"
#include "support/json.h"
#include "support/options.h"
#include "support/output.h"
#include "support/wrap.h"

static const struct usage usage = {
	.synopsis = "[OPTION]...",
	.about = "Asks whether this host is fit for PASID, without a function being named: the "
		 "firmware, the IOMMUs, the kernel, the functions that have PASID and the ports "
		 "above them, VFIO, drivers, and VMMs. A line a question, with what was found, and "
		 "what to do. Changes nothing, opens nothing through VFIO, and wakes nothing that "
		 "sleeps. Without root much of it can't be known.",
	.statuses = "0 all is PASS or WARN, 1 FAIL, 2 usage, 3 UNKNOWN, or an error",
};

static int report(const struct check *check, bool json)
{
	static const int statuses[CHECK_VERDICTS] = {
		[CHECK_PASS] = EXIT_OK,
		[CHECK_WARN] = EXIT_OK,
		[CHECK_UNKNOWN] = EXIT_ERROR,
		[CHECK_FAIL] = EXIT_NO_PASID,
	};

	if (json)
		print_json(check_to_json(check));
	else
		check_print(check, stdout, has_colours(stdout), terminal_width(stdout));
	return statuses[check_verdict(check)];
}

int cmd_check(int argc, char **argv)
{
	struct host_options host_options = { 0 };
	enum purpose purpose = PURPOSE_VMM;
	bool json = false;
	const struct command_option options[] = {
		PURPOSE_OPTION(&purpose, "what for (default: vmm): "),
		LIVE_OPTIONS(&host_options),
		REPORT_OPTIONS(&json),
		{ 0 },
	};
	int status = take_options(argc, argv, options, &usage);
	struct check check;
	struct host host;
	struct why why;

	if (!status)
		status =
			refuse_arguments(argv + optind, "it is about the host; `vpasid explain` is "
							"about a function");
	if (!status)
		status = host_options_check(&host_options);
	if (status)
		return status;
	if (host_options_open(&host_options, &host, &why))
		return complain("%s", why.text);
	status = check_host(&host, purpose, &check, &why) ? complain("%s", why.text)
							  : report(&check, json);
	check_free(&check);
	host_close(&host);
	return status;
}
