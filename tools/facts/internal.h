/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of explain_read_sysfs().
 */
#ifndef TOOLS_FACTS_INTERNAL_H
#define TOOLS_FACTS_INTERNAL_H

#include "facts/facts.h"

/* All unknown; with the function's address. */
void explain_facts_init(struct explain_facts *facts, enum explain_source source, const char *origin,
			const struct bdf *bdf);

/* Looks up the name of the IDs; "" if they aren't known, or aren't in pci.ids. */
void explain_name(struct explain_facts *facts, uint16_t vendor, uint16_t device);

/* Of the running kernel, by the files at @root ("" for the host's own). */
void explain_read_kernel(const char *root, struct explain_kernel *kernel);

/* Of @function, whose IOMMU group is known. */
void explain_read_iommu(const char *sysfs, enum explain_source source,
			const struct pci_function *function, struct explain_iommu *iommu);

void explain_read_vfio(const char *sysfs, const struct pci_function *function,
		       struct explain_vfio *vfio);

#endif /* TOOLS_FACTS_INTERNAL_H */
