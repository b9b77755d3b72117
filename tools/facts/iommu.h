/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The IOMMUs of a host, by what sysfs shows of their registers.
 */
#ifndef TOOLS_FACTS_IOMMU_H
#define TOOLS_FACTS_IOMMU_H

#include <stdbool.h>
#include <stdint.h>

#include "support/fact.h"

#define IOMMU_NAME_SIZE 64

/* Intel Virtualization Technology for Directed I/O, 11.4.3: Extended Capability Register */
#define ECAP_SMTS  (1ull << 43)
#define ECAP_PASID (1ull << 40)
/* AMD I/O Virtualization Technology, 3.4.2: Extended Feature Register */
#define EFR_PPRSUP (1ull << 1)
#define EFR_GTSUP  (1ull << 4)
#define EFR_GIOSUP (1ull << 48)
#define EFR_EPHSUP (1ull << 50)

enum iommu_kind {
	IOMMU_OTHER,
	IOMMU_INTEL,
	IOMMU_AMD,
	IOMMU_SMMU, /* Arm's, before version 3 */
	IOMMU_SMMUV3,
};

struct iommu {
	char name[IOMMU_NAME_SIZE]; /* as "dmar0" */
	enum iommu_kind kind;
	bool is_ambiguous;  /* AMD's features have two readings: the kernel's release decides */
	bool has_registers; /* sysfs shows them, and they make sense; if so: */
	uint64_t registers; /* Intel's ECAP, AMD's EFR */
	unsigned int width; /* of a PASID in bits, 0 for an IOMMU without PASID */
};

/* Reads the IOMMU @name in class/iommu of @sysfs; @release is the kernel's, "" if unknown. */
void iommu_read(const char *sysfs, const char *name, const char *release, struct iommu *iommu);

/* "intel", "amd", "smmu", "smmuv3", "other" */
const char *iommu_kind_name(enum iommu_kind kind);

#endif /* TOOLS_FACTS_IOMMU_H */
