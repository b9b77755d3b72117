// SPDX-License-Identifier: GPL-2.0-or-later
/* Which source a host is known from. */
#include "facts/host.h"
#include "facts/source.h"
#include "support/sysfs.h"

void host_open(struct host *host, const char *sysfs, const char *root, bool wakes)
{
	*host = (struct host){
		.kind = root ? HOST_LIVE : HOST_TREE,
		.sysfs = sysfs,
		.root = root,
		.wakes = wakes,
		.source = &source_sysfs,
	};
	pci_devices_open(&host->devices, sysfs);
}

static void begin_dump(struct host *host, const char *name)
{
	*host = (struct host){
		.kind = HOST_DUMP,
		.name = name,
		.source = &source_dump,
		.devices.fd = -1,
	};
}

/* The records are made at once, as one function's facts may be in another's bytes. */
static int finish_dump(struct host *host, int ret, struct why *why)
{
	if (!ret)
		ret = host_find_functions(host, why);
	if (ret)
		host_close(host);
	return ret;
}

int host_open_dump(struct host *host, const char *path, struct why *why)
{
	begin_dump(host, path);
	return finish_dump(host, dump_read(path, &host->dump, why), why);
}

int host_open_dumped_text(struct host *host, const void *data, size_t length, const char *name,
			  struct why *why)
{
	begin_dump(host, name);
	return finish_dump(host, dump_parse(data, length, name, &host->dump, why), why);
}

int host_open_option(struct host *host, const char *file, const char *sysfs, bool wakes,
		     struct why *why)
{
	if (file)
		return host_open_dump(host, file, why);
	host_open(host, sysfs ? sysfs : HOST_SYSFS, sysfs ? NULL : "", wakes);
	return 0;
}
