/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ports above a PCI function.
 */
#ifndef TOOLS_PCI_PORTS_H
#define TOOLS_PCI_PORTS_H

#include <stddef.h>

#include "pci/bdf.h"

/*
 * The ports between @bdf and its root bus, the nearest first. Returns how many they are,
 * also if that is more than @max; -ENODATA if sysfs' link doesn't tell, or another
 * negative errno.
 */
int pci_ports_above(const char *sysfs, const struct bdf *bdf, struct bdf *ports, size_t max);

#endif /* TOOLS_PCI_PORTS_H */
