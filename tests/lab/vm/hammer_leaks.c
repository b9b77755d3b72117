// SPDX-License-Identifier: MIT
/*
 * Leaks, as far as a stock kernel shows them: the numbers of VFIO devices and of IOMMU
 * groups are given away again when the last reference goes, the lowest first. Of PCI
 * devices in the slabs, on a kernel whose command line has slabs counted (storm.topo).
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

/* KASAN keeps freed memory for a while, as if it were in use; this makes it free all of it. */
static void shrink(const char *slab)
{
	char path[80];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/kernel/slab/%s/shrink", slab);
	file = fopen(path, "w");
	if (!file)
		return;
	fputs("1", file);
	fclose(file);
}

/* Objects that a function of the kernel allocated in a slab, and that are in use */
static unsigned int objects_of(const char *slab, const char *allocator)
{
	char path[80], line[256], name[64];
	unsigned int count, objects = 0;
	FILE *file;

	shrink(slab);
	snprintf(path, sizeof(path), "/sys/kernel/debug/slab/%s/alloc_traces", slab);
	file = fopen(path, "r");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%u %63[a-z_]", &count, name) == 2 && !strcmp(name, allocator))
			objects += count;
	fclose(file);
	return objects;
}

static unsigned int allocated_by(const char *allocator)
{
	return objects_of("kmalloc-1k", allocator) + objects_of("kmalloc-2k", allocator) +
	       objects_of("kmalloc-4k", allocator) + objects_of("kmalloc-8k", allocator);
}

void leaks_measure(struct leaks *leaks)
{
	leaks->vfio_devices = numbers_end("/sys/class/vfio-dev", "vfio");
	leaks->groups = numbers_end("/sys/kernel/iommu_groups", "");
	leaks->pci_devices = allocated_by("pci_alloc_dev");
	leaks->vfio_objects = allocated_by("_vfio_alloc_device");
}
