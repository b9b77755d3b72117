// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report/named.h"

void named_host(const struct host *host, char *name, size_t size)
{
	const char *slash = host->name ? strrchr(host->name, '/') : NULL;

	if (slash)
		snprintf(name, size, "%s", slash + 1);
	else if (host->name)
		snprintf(name, size, "%s", host->name);
	else if (host->kind == HOST_TREE)
		snprintf(name, size, "%s", host->sysfs);
	else if (gethostname(name, size))
		snprintf(name, size, "this host");
	name[size - 1] = '\0';
}

void named_iommus(const struct host *host, char *names, size_t size)
{
	if (!host->iommu_count)
		snprintf(names, size, "none");
	else if (host->iommu_count == 1)
		snprintf(names, size, "%s", host->iommus[0]->name);
	else
		snprintf(names, size, "%s and %zu more", host->iommus[0]->name,
			 host->iommu_count - 1);
}
