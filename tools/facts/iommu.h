/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The IOMMUs of a host, by what sysfs shows of their registers.
 */
#ifndef TOOLS_FACTS_IOMMU_H
#define TOOLS_FACTS_IOMMU_H

#include <stdbool.h>
#include <stdint.h>

#include "support/why.h"

#define IOMMU_NAME_SIZE 64

enum iommu_kind {
	IOMMU_OTHER, /* that sysfs shows no registers of, as those of Arm */
	IOMMU_INTEL,
	IOMMU_AMD,
};

struct iommu {
	char name[IOMMU_NAME_SIZE]; /* as "dmar0"; "" for none */
	enum iommu_kind kind;
	bool is_known;		/* its registers could be read */
	uint64_t capabilities;	/* Intel: CAP; AMD: the Extended Feature Register */
	uint64_t extended;	/* Intel: ECAP */
	bool has_pasid;		/* if is_known */
	unsigned int max_width; /* of a PASID in bits, if has_pasid */
};

/* Reads the IOMMU @name of /sys/class/iommu. */
void iommu_read(const char *sysfs, const char *name, struct iommu *iommu);

/*
 * The name of the IOMMU that covers a function: "" if there is none. Returns 0 or a
 * negative errno.
 */
int iommu_name_of(const char *sysfs, const char *bdf, char *name, unsigned int size);

#endif /* TOOLS_FACTS_IOMMU_H */
