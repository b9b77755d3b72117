/* SPDX-License-Identifier: MIT */
/*
 * The function as the host's VFIO has it: an open device, and the address space that its DMA
 * goes to. Nothing here is about PASID.
 */
#ifndef PROXY_HOST_H
#define PROXY_HOST_H

#include <linux/vfio.h>
#include <stdbool.h>
#include <stdint.h>

#include "../function.h"
#include "support/why.h"

/**
 * struct host - a function that is open
 * @function: Its device, and its config space as VFIO shows it.
 * @regions: Its regions; one that doesn't exist has size 0.
 */
struct host {
	struct function function;
	struct vfio_region_info regions[VFIO_PCI_NUM_REGIONS];
};

/*
 * Opens a function, as 0000:6a:01.0, by its group, or with @use_iommufd by its own device
 * file. Returns 0, or a negative errno with @why. The files stay open until the process ends.
 */
int host_open(struct host *host, const char *bdf, bool use_iommufd, struct why *why);

/*
 * Lets the function's DMA at @address reach @size bytes at @memory, which are pinned; @flags
 * are VFIO_DMA_MAP_FLAG_READ and _WRITE. Returns 0 or a negative errno.
 */
int host_map(const struct host *host, uint64_t address, uint64_t size, const void *memory,
	     uint32_t flags);

/* The range must be that of a mapping. */
int host_unmap(const struct host *host, uint64_t address, uint64_t size);

#endif /* PROXY_HOST_H */
