// SPDX-License-Identifier: GPL-2.0-or-later
/* Who has a function, and its group. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "explain_internal.h"
#include "sysfs.h"
#include "vfio.h"

static void add_sibling(const char *sysfs, const char *name, struct explain_vfio *vfio)
{
	struct pci_function function;
	struct bdf bdf;

	if (bdf_parse(name, &bdf) || pci_function_read(sysfs, &bdf, &function, NULL) ||
	    function.on_vfio || vfio_is_harmless(function.driver))
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
}

void explain_read_vfio(const char *sysfs, const struct pci_function *function,
		       struct explain_vfio *vfio)
{
	struct path devices = pci_path(sysfs, function->bdf.text, "vfio-dev");
	char name[32];

	memcpy(vfio->driver, function->driver, sizeof(vfio->driver));
	vfio->on_vfio = function->on_vfio;
	vfio->has_cdev = FACT_NO;
	if (!sysfs_entry(devices.text, "vfio", name, sizeof(name)) &&
	    sysfs_exists(path_of("%s/%s/dev", devices.text, name).text))
		vfio->has_cdev = FACT_YES;
	vfio->has_iommufd =
		sysfs_exists(path_of("%s/class/misc/iommu", sysfs).text) ? FACT_YES : FACT_NO;
	read_siblings(sysfs, function, vfio);
}
