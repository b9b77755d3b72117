/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ports above a PCI function, and whether one may look at it without waking anything.
 */
#ifndef TOOLS_PCI_PORTS_H
#define TOOLS_PCI_PORTS_H

#include <stdbool.h>
#include <stddef.h>

#include "pci/bdf.h"

/*
 * The ports between @bdf and its root bus, the nearest first. Returns how many they are,
 * also if that is more than @max; -ENODATA if sysfs' link doesn't tell, or another
 * negative errno.
 */
int pci_ports_above(const char *sysfs, const struct bdf *bdf, struct bdf *ports, size_t max);

/*
 * Whether reading its config space would wake it, or a port above it. Linux wakes what is
 * in D3cold, and all that is suspended above.
 */
bool pci_read_wakes(const char *sysfs, const struct bdf *bdf);

#endif /* TOOLS_PCI_PORTS_H */
