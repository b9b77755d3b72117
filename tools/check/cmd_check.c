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

static const char usage[] =
	"usage: vpasid check [OPTION]...\n"
	"\n"
	"Asks whether this host is fit for PASID, without a function being named: the firmware,\n"
	"the IOMMUs, the kernel, the functions that have PASID and the ports above them, VFIO,\n"
	"drivers, and VMMs. A line a question, with what was found, and what to do. Changes\n"
	"nothing, opens nothing through VFIO, and wakes nothing that sleeps. Without root much of\n"
	"it can't be known.\n"
	"\n"
	"  --for PURPOSE    what for; vmm unless it is given:\n" PURPOSE_USAGE
	"  --json           print JSON\n"
	"  --record FILE    read what vpasid record has written, instead of this host\n"
	"  --sysfs DIR      read a recorded sysfs there, instead of /sys\n"
	"  --wake           read also what is asleep, which wakes it\n"
	"  --help           print this\n"
	"\n"
	"Exit status: 0 all is PASS or WARN, 1 FAIL, 2 usage, 3 UNKNOWN, or an error\n";

static int set_purpose(void *context, const char *value)
{
	return purpose_take("check", value, context);
}

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
		{ "for", .take = set_purpose, .context = &purpose },
		{ "json", .flag = &json },
		{ "record", .text = &host_options.record },
		{ "sysfs", .text = &host_options.sysfs },
		{ "wake", .flag = &host_options.wakes },
		{ 0 },
	};
	int status = take_options(argc, argv, options, usage);
	struct check check;
	struct host host;
	struct why why;

	if (status)
		return status;
	if (argv[optind])
		return usage_error("check",
				   "%s: it is about the host; `vpasid explain` is about "
				   "a function",
				   argv[optind]);
	status = host_options_check("check", &host_options);
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
