// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/host_options.h"
#include "support/output.h"
#include "support/sysfs.h"

int host_options_check(const char *command, const struct host_options *options)
{
	if (!!options->file + !!options->sysfs + !!options->record > 1)
		return usage_error(command, "--file, --record and --sysfs: it's one of them");
	if (options->file && options->wakes)
		return usage_error(command, "--wake: in a dump, nothing sleeps");
	return EXIT_OK;
}

int host_options_open(const struct host_options *options, struct host *host, struct why *why)
{
	if (options->file)
		return host_open_dump(host, options->file, why);
	if (options->record)
		return host_open_recording(host, options->record, "", options->wakes, why);
	host_open(host, options->sysfs ? options->sysfs : HOST_SYSFS, options->sysfs ? NULL : "",
		  options->wakes);
	return 0;
}
