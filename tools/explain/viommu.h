/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual IOMMU with PASIDs that QEMU 11.1 can give a guest on a host's IOMMU. It is of the
 * same kind, because the host's hardware walks the guest's page tables.
 */
#ifndef TOOLS_EXPLAIN_VIOMMU_H
#define TOOLS_EXPLAIN_VIOMMU_H

#include <stdbool.h>
#include <stddef.h>

#include "facts/function.h"

enum viommu_kind {
	VIOMMU_UNKNOWN, /* the host's isn't known */
	VIOMMU_NONE,	/* no VMM has one of that kind */
	VIOMMU_INTEL,
	VIOMMU_SMMUV3,
};

struct viommu {
	enum viommu_kind kind;
	unsigned int pasid_bits; /* Intel's; 0: not known, or the host's supports none */
	bool has_1gib_pages;	 /* likewise */
	bool has_device_iotlb;	 /* likewise: a function has ATS, and the host's supports it */
};

/* The only address width that QEMU supports for a first stage. */
#define VIOMMU_ADDRESS_BITS 48

/* Above that IOMMU; NULL: it isn't known. */
enum viommu_kind viommu_kind(const struct iommu *iommu);

/* What follows needs FUNCTION_IOMMU and FUNCTION_CONFIG. */

/* Whether the function has ATS, and the host's IOMMU supports it. */
enum fact viommu_has_ats(const struct function *function);

struct viommu viommu_of(const struct function *function);

/* What both host IOMMUs support, for a guest that has functions behind each. */
struct viommu viommu_common(const struct viommu *left, const struct viommu *right);

/* The device and its properties, as QEMU's -device takes them: "intel-iommu,intremap=on,..." */
void viommu_format(const struct viommu *viommu, char *text, size_t size);

#endif /* TOOLS_EXPLAIN_VIOMMU_H */
