// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "facts/idxd.h"
#include "support/parameter.h"
#include "support/sysfs.h"

static bool reads(const char *directory, const char *attribute, const char *expected)
{
	char value[32];

	return sysfs_read(path_of("%s/%s", directory, attribute).text, value, sizeof(value)) > 0 &&
	       !strcmp(value, expected);
}

/* Below @device */
struct queues {
	const char *device;
	struct idxd *idxd;
};

static int take_queue(void *context, const struct sysfs_entry *entry)
{
	const struct queues *queues = context;
	struct path queue = path_of("%s/%s", queues->device, entry->name);

	if (strncmp(entry->name, "wq", 2) != 0 || !reads(queue.text, "state", "enabled") ||
	    !reads(queue.text, "type", "user"))
		return 0;
	queues->idxd->queues++;
	queues->idxd->shared += reads(queue.text, "mode", "shared");
	return 0;
}

struct search {
	const char *devices, *bdf;
	struct path found;
};

/* A link to DEVICE/dsa0, or DEVICE/iax1; the directory has links to work queues, too. */
static int take_device(void *context, const struct sysfs_entry *entry)
{
	struct search *search = context;
	struct path device = path_of("%s/%s", search->devices, entry->name);
	char target[PATH_MAX], *slash;

	if ((strncmp(entry->name, "dsa", 3) != 0 && strncmp(entry->name, "iax", 3) != 0) ||
	    sysfs_link(device.text, target, sizeof(target)))
		return 0;
	slash = strrchr(target, '/');
	if (!slash)
		return 0;
	*slash = '\0';
	slash = strrchr(target, '/');
	if (!slash || strcmp(slash + 1, search->bdf) != 0)
		return 0;
	search->found = device;
	return 1;
}

/* The bus is called dsa for both. Without the driver there is none. */
void idxd_read(const char *sysfs, const struct bdf *bdf, struct idxd *idxd)
{
	struct path devices = path_of("%s/bus/dsa/devices", sysfs);
	struct search search = { .devices = devices.text, .bdf = bdf->text };
	int ret = sysfs_list(devices.text, take_device, &search);
	char value[8];

	*idxd = (struct idxd){ 0 };
	if (ret >= 0 || ret == -ENOENT)
		idxd->is_driven = fact_of(ret > 0);
	if (ret <= 0)
		return;
	if (sysfs_read(path_of("%s/pasid_enabled", search.found.text).text, value, sizeof(value)) >
	    0)
		idxd->pasid_enabled = parameter_bool(value);
	sysfs_list(search.found.text, take_queue,
		   &(struct queues){ .device = search.found.text, .idxd = idxd });
}
