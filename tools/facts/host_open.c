// SPDX-License-Identifier: GPL-2.0-or-later
/* Opening a host, by one of the sources. */
#include "facts/host.h"
#include "facts/source.h"

void host_open(struct host *host, const char *sysfs, const char *root, bool wakes)
{
	*host = (struct host){
		.kind = root ? HOST_LIVE : HOST_TREE,
		.sysfs = sysfs,
		.root = root,
		.wakes = wakes,
		.source = &source_sysfs,
	};
	pci_devices_open(sysfs, &host->devices);
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
