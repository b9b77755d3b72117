/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What libpci knows: names of devices, and capabilities in their config space.
 */
#ifndef TOOLS_PCI_ACCESS_H
#define TOOLS_PCI_ACCESS_H

#include <stddef.h>
#include <stdint.h>

#include "pci_function.h"
#include "why.h"

/* The PASID registers of a function, PCIe r6.0, 7.8.9. */
struct pasid_registers {
	uint16_t capability;
	uint16_t control;
};

struct pci_access;

/* To be ended by pci_cleanup(). */
struct pci_access *pci_access_start(void);

/* A name for the function's vendor and device ID, from pci.ids; else the numbers. */
void pci_access_name(struct pci_access *access, const struct pci_function *function, char *name,
		     size_t size);

/*
 * Reads them from the function's config space by sysfs, which takes root. Returns
 * 1, 0 if the function has no PASID capability, or a negative errno with @why.
 */
int pci_access_pasid(struct pci_access *access, const struct bdf *bdf,
		     struct pasid_registers *registers, struct why *why);

#endif /* TOOLS_PCI_ACCESS_H */
