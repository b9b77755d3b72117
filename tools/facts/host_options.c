// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/host_options.h"
#include "support/output.h"
#include "support/sysfs.h"

int host_options_check(const struct host_options *options)
{
	if (!!options->file + !!options->sysfs + !!options->record > 1)
		return usage_error("--file, --record and --sysfs can't be combined");
	if (options->file && options->wakes)
		return usage_error("--wake and --file can't be combined");
	return EXIT_OK;
}

static int find_domain(void *context, const struct sysfs_entry *entry)
{
	struct bdf bdf;

	(void)context;
	return !bdf_parse(entry->name, &bdf) && bdf.domain;
}

/* Whether a function is in another domain than 0000. */
static bool has_domains(const struct host *host)
{
	if (host->kind != HOST_DUMP)
		return sysfs_list(path_of("%s/bus/pci/devices", host->sysfs).text, find_domain,
				  NULL) > 0;
	for (size_t i = 0; i < host->dump.count; i++)
		if (host->dump.functions[i].bdf.domain)
			return true;
	return false;
}

int host_options_open(const struct host_options *options, struct host *host, struct why *why)
{
	int ret = 0;

	if (options->file)
		ret = host_open_dump(host, options->file, why);
	else if (options->record)
		ret = host_open_recording(host, options->record, "", options->wakes, why);
	else
		host_open(host, options->sysfs ? options->sysfs : HOST_SYSFS,
			  options->sysfs ? NULL : "", options->wakes);
	output_drops_domain = !ret && !has_domains(host);
	return ret;
}
