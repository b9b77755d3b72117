/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The config space of a function, by its file in sysfs.
 */
#ifndef TOOLS_PCI_CONFIG_SYSFS_H
#define TOOLS_PCI_CONFIG_SYSFS_H

#include "pci/config_space.h"

/*
 * Fills in what the kernel knows of the function without looking at its config space: its
 * kind and its IDs. Returns and tells as the next one does.
 */
int config_sysfs_identify(const char *sysfs, struct config_source *source);

/*
 * Fills in @source, whose bdf is set, from @sysfs (sysfs.h); as much as can be had also if
 * it fails. Returns 0 or a negative errno with words in the source's why:
 *
 *	-ENODEV	no such function,
 *	-EACCES	only root may read enough of it,
 *	-ENXIO	it has no extended config space.
 */
int config_sysfs_read(const char *sysfs, struct config_source *source);

#endif /* TOOLS_PCI_CONFIG_SYSFS_H */
