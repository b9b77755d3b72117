/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices that VFIO's drivers for PCI refuse, because of known errata, unless their module
 * was loaded with disable_denylist=1.
 */
#ifndef TOOLS_VFIO_DENYLIST_H
#define TOOLS_VFIO_DENYLIST_H

#include <stdbool.h>
#include <stdint.h>

#include "support/fact.h"
#include "support/why.h"

/* The kernel's list: vfio_pci_dev_in_denylist() of drivers/vfio/pci/vfio_pci.c. */
bool denylist_has(uint16_t vendor, uint16_t device);

/*
 * Whether @driver takes such devices. If it is loaded, its parameter in @sysfs tells; if not, the
 * files below @root tell what modprobe would load it with. Unknown if @root is NULL then, and for
 * drivers that have no such parameter.
 */
enum fact denylist_is_disabled(const char *sysfs, const char *root, const char *driver);

/* What the kernel says of the risk. */
#define DENYLIST_RISK                                                                  \
	"known errata that may lead to exploitable stability or security issues when " \
	"accessed by untrusted users"

/*
 * Sets @todo to what makes @driver take such devices: commands, or the kernel's command line if it
 * is built in. By @sysfs, unless that is NULL, it tells which functions the driver has, as they
 * lose it when its module is unloaded.
 */
void denylist_todo(const char *sysfs, const char *driver, struct why *todo);

/* Says in @why that the device is refused, why, and what helps. Returns -EPERM. */
int denylist_explain(const char *sysfs, uint16_t vendor, uint16_t device, const char *driver,
		     struct why *why);

/*
 * Whether @driver will take such devices after the next boot, as far as the files below @root tell:
 * the parameter of a module that is loaded now may be another. Unknown as above.
 */
enum fact denylist_stays_disabled(const char *root, const char *driver);

/* What makes it do so: a line of /etc/modprobe.d */
void denylist_todo_for_good(const char *driver, struct why *todo);

#endif /* TOOLS_VFIO_DENYLIST_H */
