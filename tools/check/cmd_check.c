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
	.about = "Checks whether this host is set up for PASID: the firmware, the IOMMUs, the "
		 "kernel, the functions that have PASID and the ports above them, VFIO, "
		 "drivers, and VMMs. Prints a verdict for each question, what was found, and "
		 "what to do. Changes nothing, opens nothing through VFIO, and doesn't wake "
		 "sleeping devices. Without root, much of this can't be read.",
	.statuses = "0 all are PASS or WARN, 1 one is FAIL, 2 usage error, 3 one is UNKNOWN, or "
		    "another error",
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
		PURPOSE_OPTION(&purpose, "check the host for this purpose (default: vmm): "),
		LIVE_OPTIONS(&host_options),
		REPORT_OPTIONS(&json),
		{ 0 },
	};
	int status = take_options(argc, argv, options, &usage);
	struct check check;
	struct host host;
	struct why why;

	if (!status)
		status = refuse_arguments(argv + optind, "vpasid check examines the host; "
							 "`vpasid explain BDF` examines a "
							 "function");
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
