/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the host would miss a function that is taken from its driver.
 */
#ifndef TOOLS_BIND_IN_USE_H
#define TOOLS_BIND_IN_USE_H

#include "pci/bdf.h"
#include "support/why.h"

/*
 * It is in use if a block device of the function, or one that is made of it (a partition,
 * device mapper, RAID), has a mounted file system, swap, or another holder; or if a
 * network interface of it, or one above it (bond, bridge, VLAN), carries a default route.
 * Returns 0; -EBUSY with @why; or another negative errno with @why if that can't be
 * known.
 */
int in_use_check(const char *root, const struct bdf *bdf, struct why *why);

/* The same for one block device or network interface, by its name in sysfs. */
int in_use_check_block(const char *root, const char *name, struct why *why);
int in_use_check_net(const char *root, const char *name, struct why *why);

#endif /* TOOLS_BIND_IN_USE_H */
