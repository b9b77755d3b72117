// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <string.h>

#include "facts/idxd.h"
#include "pci/function.h"
#include "support/parameter.h"
#include "support/sysfs.h"

static bool reads(const char *directory, const char *attribute, const char *expected)
{
	char value[32];

	return sysfs_read(path_of("%s/%s", directory, attribute).text, value, sizeof(value)) > 0 &&
	       !strcmp(value, expected);
}

static void count_queues(const char *device, struct idxd *idxd)
{
	DIR *directory = opendir(device);
	const struct dirent *entry;

	while (directory && (entry = readdir(directory))) {
		struct path queue = path_of("%s/%s", device, entry->d_name);

		if (strncmp(entry->d_name, "wq", 2) != 0 ||
		    !reads(queue.text, "state", "enabled") || !reads(queue.text, "type", "user"))
			continue;
		idxd->queues++;
		idxd->shared += reads(queue.text, "mode", "shared");
	}
	if (directory)
		closedir(directory);
}

void idxd_read(const char *sysfs, const struct bdf *bdf, struct idxd *idxd)
{
	struct path function = pci_path(sysfs, bdf->text, ""), device;
	char name[32], value[8];

	*idxd = (struct idxd){ .is_driven = FACT_NO };
	if (sysfs_entry(function.text, "dsa", name, sizeof(name)) &&
	    sysfs_entry(function.text, "iax", name, sizeof(name)))
		return;
	idxd->is_driven = FACT_YES;
	device = path_of("%s/%s", function.text, name);
	if (sysfs_read(path_of("%s/pasid_enabled", device.text).text, value, sizeof(value)) > 0)
		idxd->pasid_enabled = parameter_bool(value);
	count_queues(device.text, idxd);
}
