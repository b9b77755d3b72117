/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Extended Feature register of AMD's IOMMU, as far as the lab has it set ("AMD I/O
 * Virtualization Technology (IOMMU) Specification", MMIO offset 0030h).
 */
#ifndef LAB_AMD_EFR_H
#define LAB_AMD_EFR_H

#define AMD_EFR_PREFSUP	  (1ULL << 0)		/* prefetch of translations */
#define AMD_EFR_PPRSUP	  (1ULL << 1)		/* peripheral page requests */
#define AMD_EFR_GTSUP	  (1ULL << 4)		/* guest translation: v2 page tables, and PASIDs */
#define AMD_EFR_IASUP	  (1ULL << 6)		/* INVALIDATE_IOMMU_ALL */
#define AMD_EFR_GASUP	  (1ULL << 7)		/* guest virtual APIC */
#define AMD_EFR_HESUP	  (1ULL << 8)		/* hardware error registers */
#define AMD_EFR_HATS(n)	  ((uint64_t)(n) << 10) /* v1 page tables of 4 + n levels */
#define AMD_EFR_GATS(n)	  ((uint64_t)(n) << 12) /* v2 page tables of 4 + n levels */
#define AMD_EFR_GLXSUP(n) ((uint64_t)(n) << 14) /* GCR3 tables of 1 + n levels */
#define AMD_EFR_PASMAX(n) ((uint64_t)(n) << 32) /* PASIDs of n + 1 bits */
#define AMD_EFR_GIOSUP	  (1ULL << 48)		/* v2 page tables for what comes without a PASID */
#define AMD_EFR_EPHSUP	  (1ULL << 50)		/* enhanced page requests */

/* All that Linux asks for before it enables PASID. */
#define AMD_EFR                                                                             \
	(AMD_EFR_PREFSUP | AMD_EFR_PPRSUP | AMD_EFR_GTSUP | AMD_EFR_IASUP | AMD_EFR_GASUP | \
	 AMD_EFR_HESUP | AMD_EFR_HATS(2) | AMD_EFR_GATS(1) | AMD_EFR_GLXSUP(1) |            \
	 AMD_EFR_PASMAX(15) | AMD_EFR_GIOSUP | AMD_EFR_EPHSUP)

#endif /* LAB_AMD_EFR_H */
