/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the host uses a function, so that it can't be unbound from its driver safely.
 */
#ifndef TOOLS_BIND_IN_USE_H
#define TOOLS_BIND_IN_USE_H

#include "pci/bdf.h"
#include "support/why.h"

/*
 * It is in use if a block device of the function, or one on top of that (partition, device mapper,
 * RAID), has a mounted file system, swap, or another holder; or if a network interface of it, or
 * one above that (bond, bridge, VLAN), carries a default route. Returns 0; -EBUSY with @why; or
 * another negative errno with @why if this can't be determined.
 */
int in_use_check(const char *root, const struct bdf *bdf, struct why *why);

/* The same for one block device or network interface, by its name in sysfs. */
int in_use_check_block(const char *root, const char *name, struct why *why);
int in_use_check_net(const char *root, const char *name, struct why *why);

#endif /* TOOLS_BIND_IN_USE_H */
