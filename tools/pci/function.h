/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What sysfs says of a PCI function.
 */
#ifndef TOOLS_PCI_FUNCTION_H
#define TOOLS_PCI_FUNCTION_H

#include <stdbool.h>
#include <stdint.h>

#include "pci/bdf.h"
#include "support/why.h"

/* The kernel's limit is that of a module's name, 56. */
#define DRIVER_NAME_SIZE 64

enum pci_kind {
	PCI_KIND_FUNCTION, /* has no SR-IOV */
	PCI_KIND_PF,
	PCI_KIND_VF,
};

struct pci_function {
	struct bdf bdf;
	enum pci_kind kind;
	struct bdf pf;		       /* of a VF */
	unsigned long num_vfs;	       /* that a PF has enabled */
	unsigned long total_vfs;       /* that it can have */
	char driver[DRIVER_NAME_SIZE]; /* "" without one */
	bool on_vfio;		       /* that driver is one of VFIO's */
	bool is_bridge;		       /* or CardBus: no header that VFIO takes */
	char iommu_group[16];	       /* its number, "" without one */
	uint16_t vendor, device;       /* 0 if unknown */
};

/* "function", "pf", "vf" */
const char *pci_kind_name(enum pci_kind kind);

/*
 * Fills in @function, its bdf also if it fails. Returns 0; -ENODEV with @why if there is
 * no such function, or another negative errno with @why if it can't be looked at.
 */
int pci_function_read(const char *sysfs, const struct bdf *bdf, struct pci_function *function,
		      struct why *why);

#endif /* TOOLS_PCI_FUNCTION_H */
