/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What Intel's driver idxd shows of an accelerator (DSA, IAX): Documentation/ABI/stable/
 * sysfs-driver-dma-idxd of the kernel.
 */
#ifndef TOOLS_FACTS_IDXD_H
#define TOOLS_FACTS_IDXD_H

#include "pci/bdf.h"
#include "support/fact.h"

struct idxd {
	enum fact is_driven;	 /* idxd shows the device; if so: */
	enum fact pasid_enabled; /* it has SVA */
	unsigned int queues;	 /* work queues that are enabled, for user space; of which are */
	unsigned int shared;
};

void idxd_read(const char *sysfs, const struct bdf *bdf, struct idxd *idxd);

#endif /* TOOLS_FACTS_IDXD_H */
