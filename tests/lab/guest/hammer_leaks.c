// SPDX-License-Identifier: MIT
/*
 * Leaks, as far as a stock kernel tells of them: the numbers of VFIO devices and of IOMMU
 * groups are given away again when the last reference goes, the lowest first. Of what has
 * no number, as a pci_dev, the slabs of that size know.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hammer.h"

/* The highest number that entries of a directory end with, plus one. */
static unsigned int numbers_end(const char *path, const char *prefix)
{
	DIR *directory = opendir(path);
	unsigned int end = 0;
	struct dirent *entry;

	if (!directory)
		return 0;
	while ((entry = readdir(directory))) {
		unsigned long number;

		if (entry->d_name[0] == '.' || strncmp(entry->d_name, prefix, strlen(prefix)) != 0)
			continue;
		number = strtoul(entry->d_name + strlen(prefix), NULL, 10);
		if (number >= end)
			end = number + 1;
	}
	closedir(directory);
	return end;
}

/* Objects in use in the slabs for a pci_dev, and for the driver's and the core's device. */
static unsigned int large_objects(void)
{
	FILE *file = fopen("/proc/slabinfo", "r");
	unsigned int objects = 0, used;
	char line[256], name[64];

	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%63s %u", name, &used) == 2 &&
		    (!strcmp(name, "kmalloc-2k") || !strcmp(name, "kmalloc-4k")))
			objects += used;
	fclose(file);
	return objects;
}

void leaks_measure(struct leaks *leaks)
{
	leaks->vfio_devices = numbers_end("/sys/class/vfio-dev", "vfio");
	leaks->groups = numbers_end("/sys/kernel/iommu_groups", "");
	leaks->objects = large_objects();
}
