/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The PASID capability in the config space of a function of this host.
 */
#ifndef TOOLS_PCI_PASID_REGISTERS_H
#define TOOLS_PCI_PASID_REGISTERS_H

#include <vpasid/info.h>

#include "pci/bdf.h"
#include "support/why.h"

/*
 * Reads them by sysfs, which takes root, and nothing else but the chain up to them.
 * Returns 1, 0 if the function has no PASID capability, or a negative errno with @why.
 */
int pasid_registers_read(const struct bdf *bdf, struct vpasid_registers *registers,
			 struct why *why);

#endif /* TOOLS_PCI_PASID_REGISTERS_H */
