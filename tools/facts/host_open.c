// SPDX-License-Identifier: GPL-2.0-or-later
/* Opening a host, by one of the sources. */
#include <unistd.h>

#include "facts/host.h"
#include "facts/recording_file.h"
#include "facts/source.h"

void host_open(struct host *host, const char *sysfs, const char *root, bool wakes)
{
	*host = (struct host){
		.kind = root ? HOST_LIVE : HOST_TREE,
		.sysfs = sysfs,
		.root = root,
		.is_root = !geteuid(),
		.wakes = wakes,
		.source = &source_sysfs,
	};
	pci_devices_open(sysfs, &host->devices);
}

int host_open_recording(struct host *host, const char *path, const char *root, bool wakes,
			struct why *why)
{
	struct recording_origin origin;
	struct recording recording;
	int ret = recording_load(path, &recording, &origin, why);

	*host = (struct host){ .devices.fd = -1 };
	if (ret)
		return ret;
	host->recording = recording;
	host->recording.root = root;
	recording_use(&host->recording);
	host->kind = HOST_LIVE;
	host->name = path;
	host->recorded = host_text(host, "%s", origin.date);
	host->sysfs = host_text(host, "%s/sys", root);
	host->root = root;
	host->is_root = origin.is_root;
	host->wakes = wakes;
	host->source = &source_sysfs;
	pci_devices_open(host->sysfs, &host->devices);
	return 0;
}

int host_open_dump(struct host *host, const char *path, struct why *why)
{
	int ret;

	*host = (struct host){
		.kind = HOST_DUMP,
		.name = path,
		.source = &source_dump,
		.devices.fd = -1,
	};
	ret = dump_read(path, &host->dump, why);
	/* All records are made at once, because one function's facts may be in another's bytes. */
	if (!ret)
		ret = host_find_functions(host, why);
	if (ret)
		host_close(host);
	return ret;
}
