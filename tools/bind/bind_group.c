// SPDX-License-Identifier: GPL-2.0-or-later
/* VFIO opens a group only if the host uses no function of it. */
#include <string.h>

#include "bind/bind.h"
#include "support/sysfs.h"
#include "vfio/explain.h"

struct group {
	const char *sysfs;
	const struct bind *binds; /* the functions that this command binds */
	size_t count;
	struct why *note;
};

static bool is_named(const struct group *group, const struct bdf *bdf)
{
	for (size_t i = 0; i < group->count; i++)
		if (!strcmp(group->binds[i].bdf.text, bdf->text))
			return true;
	return false;
}

static int take_member(void *context, const struct sysfs_entry *entry)
{
	const struct group *group = context;
	struct pci_function function;
	struct bdf bdf;

	if (bdf_parse(entry->name, &bdf) || is_named(group, &bdf) ||
	    pci_function_read(group->sysfs, &bdf, &function, NULL) || function.on_vfio ||
	    vfio_is_harmless(function.driver))
		return 0;
	because_also(group->note, "%s%s (%s)", *group->note->text ? ", " : "", bdf.text,
		     function.driver);
	return 0;
}

static void note_group(struct bind *bind, struct group *group)
{
	struct why others = { 0 };

	group->note = &others;
	sysfs_list(path_of("%s/kernel/iommu_groups/%s/devices", group->sysfs,
			   bind->function.iommu_group)
			   .text,
		   take_member, group);
	if (*others.text)
		because(&bind->note, 0,
			"the host uses other functions of its IOMMU group %s: %s; VFIO can't open "
			"the group until they are bound to VFIO drivers, too, or unbound from "
			"their drivers",
			bind->function.iommu_group, others.text);
}

void bind_note_groups(struct bind *binds, size_t count, const struct bind_options *options)
{
	struct path sysfs = path_of("%s/sys", options->root);
	struct group group = { .sysfs = sysfs.text, .binds = binds, .count = count };

	for (size_t i = 0; i < count; i++)
		if (binds[i].result != BIND_REFUSED && binds[i].result != BIND_FAILED &&
		    *binds[i].function.iommu_group)
			note_group(&binds[i], &group);
}
