/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IVRS, the firmware's table of AMD's IOMMUs ("AMD I/O Virtualization Technology (IOMMU)
 * Specification", chapter 5), with an Extended Feature register of our own. QEMU's has none in it.
 */
#ifndef LAB_IVRS_H
#define LAB_IVRS_H

#include <stdint.h>

/* Header, one I/O virtualization hardware definition of type 11h, and its three entries */
#define IVRS_SIZE (48 + 40 + 4 + 8 + 8)

void ivrs_make(uint64_t efr, uint8_t table[IVRS_SIZE]);

#endif /* LAB_IVRS_H */
