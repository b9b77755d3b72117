/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices that VFIO's PCI drivers refuse, because of known errata, unless their module was loaded
 * with disable_denylist=1.
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
 * Whether @driver accepts such devices. If it is loaded, by its parameter in @sysfs; if not, by the
 * files below @root, which say with what parameters modprobe would load it. Unknown if @root is
 * NULL in that case, and for drivers without this parameter.
 */
enum fact denylist_is_disabled(const char *sysfs, const char *root, const char *driver);

/* The kernel's own words about the risk. */
#define DENYLIST_RISK                                                                  \
	"known errata that may lead to exploitable stability or security issues when " \
	"accessed by untrusted users"

/*
 * Sets @todo to what makes @driver accept such devices: commands, or the kernel's command line if
 * it is built in. Unless @sysfs is NULL, this names the functions that are bound to the driver, as
 * unloading its module unbinds them.
 */
void denylist_todo(const char *sysfs, const char *driver, struct why *todo);

/* Says in @why that the device is refused, why, and what to do. Returns -EPERM. */
int denylist_explain(const char *sysfs, uint16_t vendor, uint16_t device, const char *driver,
		     struct why *why);

/*
 * Whether @driver will accept such devices after the next boot, by the files below @root: a module
 * that is loaded now may have another parameter. Unknown as above.
 */
enum fact denylist_stays_disabled(const char *root, const char *driver);

/* What makes it do so permanently: a line of /etc/modprobe.d */
void denylist_todo_for_good(const char *driver, struct why *todo);

#endif /* TOOLS_VFIO_DENYLIST_H */
