/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between the IOMMUs of the lab's machines: the device, what the kernel is told, and
 * what firmware says of it. A file for each: iommu_intel.c, iommu_amd.c,
 * iommu_smmuv3.c.
 */
#ifndef LAB_IOMMU_H
#define LAB_IOMMU_H

#include "topology.h"

/* By what differs in their arguments. */
enum qemu_version {
	QEMU_7_2,  /* and up to where the next begins */
	QEMU_11_1, /* PASIDs of more than one bit */
};

/**
 * struct iommu_model - an IOMMU that a machine may have
 * @name: as in lab/run --iommu
 * @cmdline: what the kernel is told, for each mode; NULL if there are no words for it
 * @print_device: prints QEMU's arguments for it, one a line; not called if it isn't there
 * @print_firmware: prints an archive with the tables that replace the firmware's; NULL if none do
 */
struct iommu_model {
	const char *name;
	const char *cmdline[IOMMU_MODES];
	void (*print_device)(const struct topology *topology, enum qemu_version version);
	void (*print_firmware)(const struct topology *topology, FILE *stream);
};

extern const struct iommu_model iommu_intel;
extern const struct iommu_model iommu_amd;
extern const struct iommu_model iommu_smmuv3;

#endif /* LAB_IOMMU_H */
