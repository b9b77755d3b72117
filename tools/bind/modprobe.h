/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TOOLS_BIND_MODPROBE_H
#define TOOLS_BIND_MODPROBE_H

#include "support/why.h"

/*
 * Whether that driver is loaded, or its module probably can be: it is installed, and has a
 * signature if the kernel requires one. Returns 0 or a negative errno with @why.
 */
int modprobe_check(const char *root, const char *driver, struct why *why);

/*
 * Makes sure that there is a PCI driver of that name: loads the module of that name if necessary.
 * Returns 0 or a negative errno with @why.
 */
int modprobe_driver(const char *driver, struct why *why);

#endif /* TOOLS_BIND_MODPROBE_H */
