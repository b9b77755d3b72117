// SPDX-License-Identifier: GPL-2.0-or-later
/* Who has a function, and its group. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/internal.h"
#include "support/sysfs.h"
#include "vfio/explain.h"

static void add_member(const struct pci_function *function, struct explain_vfio *vfio)
{
	struct explain_member *member = &vfio->members[vfio->member_count];

	if (vfio->member_count++ >= EXPLAIN_MAX_MEMBERS)
		return;
	member->bdf = function->bdf;
	memcpy(member->driver, function->driver, sizeof(member->driver));
}

static int by_bdf(const void *left, const void *right)
{
	return strcmp(((const struct explain_member *)left)->bdf.text,
		      ((const struct explain_member *)right)->bdf.text);
}

static void sort_members(struct explain_vfio *vfio)
{
	size_t count =
		vfio->member_count < EXPLAIN_MAX_MEMBERS ? vfio->member_count : EXPLAIN_MAX_MEMBERS;

	qsort(vfio->members, count, sizeof(vfio->members[0]), by_bdf);
}

static void add_sibling(const char *sysfs, const char *name, struct explain_vfio *vfio)
{
	struct pci_function function;
	struct bdf bdf;

	if (bdf_parse(name, &bdf) || pci_function_read(sysfs, &bdf, &function, NULL))
		return;
	add_member(&function, vfio);
	if (function.on_vfio || vfio_is_harmless(function.driver))
		return;
	if (vfio->sibling_count < EXPLAIN_MAX_SIBLINGS)
		snprintf(vfio->siblings[vfio->sibling_count], sizeof(vfio->siblings[0]), "%s (%s)",
			 bdf.text, function.driver);
	vfio->sibling_count++;
}

static void read_siblings(const char *sysfs, const struct pci_function *function,
			  struct explain_vfio *vfio)
{
	struct path path =
		path_of("%s/kernel/iommu_groups/%s/devices", sysfs, function->iommu_group);
	const struct dirent *entry;
	DIR *directory;

	if (!*function->iommu_group)
		return;
	directory = opendir(path.text);
	while (directory && (entry = readdir(directory)))
		if (strcmp(entry->d_name, function->bdf.text) != 0)
			add_sibling(sysfs, entry->d_name, vfio);
	if (directory)
		closedir(directory);
	sort_members(vfio);
}

void explain_read_vfio(const char *sysfs, const struct pci_function *function,
		       struct explain_vfio *vfio)
{
	struct path devices = pci_path(sysfs, function->bdf.text, "vfio-dev");
	char name[sizeof(vfio->cdev)];

	memcpy(vfio->driver, function->driver, sizeof(vfio->driver));
	vfio->on_vfio = function->on_vfio;
	vfio->has_cdev = FACT_NO;
	if (!sysfs_entry(devices.text, "vfio", name, sizeof(name)) &&
	    sysfs_exists(path_of("%s/%s/dev", devices.text, name).text)) {
		vfio->has_cdev = FACT_YES;
		memcpy(vfio->cdev, name, sizeof(name));
	}
	vfio->has_iommufd =
		sysfs_exists(path_of("%s/class/misc/iommu", sysfs).text) ? FACT_YES : FACT_NO;
	read_siblings(sysfs, function, vfio);
}
