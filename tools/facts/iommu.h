/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The IOMMUs of a host, by what sysfs shows of their registers.
 */
#ifndef TOOLS_FACTS_IOMMU_H
#define TOOLS_FACTS_IOMMU_H

#include <stdbool.h>
#include <stdint.h>

#include <vpasid/iommu.h>

#include "support/fact.h"

#define IOMMU_NAME_SIZE 64

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
	struct vpasid_iommu registers; /* Intel's ECAP, AMD's EFR; else zeros */
	unsigned int width;	       /* of a PASID in bits, 0 for an IOMMU without PASID */
	bool has_cap; /* sysfs shows Intel's CAP, too, which is in registers then */
};

/* Reads the IOMMU @name in class/iommu of @sysfs; @release is the kernel's, "" if unknown. */
void iommu_read(const char *sysfs, const char *name, const char *release, struct iommu *iommu);

/* Whether a field of its registers, by its name in the specification, isn't 0. */
bool iommu_has(const struct iommu *iommu, const char *field);

/*
 * Whether it translates a guest's addresses through the host's, of Intel's alone: NEST, and the two
 * stages FSTS and SSTS; @lacks is the first of these names that it lacks, else NULL.
 */
enum fact iommu_nests(const struct iommu *iommu, const char **lacks);

/* Whether the page tables of a guest may have pages of 1 GiB: Intel's FS1GP. */
enum fact iommu_has_1gib_pages(const struct iommu *iommu);

/* Bits of an address that Intel's second stage takes; returns whether they are known. */
bool iommu_address_bits(const struct iommu *iommu, unsigned int *bits);

/* Whether its driver may enable PASID without asking whether the IOMMU has any, as SMMUv3's does.
 */
bool iommu_enables_unasked(const struct iommu *iommu);

/* "intel", "amd", "smmu", "smmuv3", "other" */
const char *iommu_kind_name(enum iommu_kind kind);

#endif /* TOOLS_FACTS_IOMMU_H */
