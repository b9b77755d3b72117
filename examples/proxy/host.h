/* SPDX-License-Identifier: MIT */
/*
 * The function in the host's VFIO: an open device, and the address space of its DMA. Nothing here
 * is about PASID.
 */
#ifndef PROXY_HOST_H
#define PROXY_HOST_H

#include <linux/vfio.h>
#include <stdbool.h>
#include <stdint.h>

#include "../function.h"
#include "support/why.h"

/**
 * struct host - an open function
 * @function: Its device, and its config space as VFIO shows it.
 * @regions: Its regions; one that doesn't exist has size 0.
 */
struct host {
	struct function function;
	struct vfio_region_info regions[VFIO_PCI_NUM_REGIONS];
};

/*
 * Opens a function, such as 0000:6a:01.0, through its group, or with @use_iommufd through its
 * character device. Returns 0, or a negative errno with @why. The files stay open until the process
 * ends.
 */
int host_open(struct host *host, const char *bdf, bool use_iommufd, struct why *why);

/*
 * Maps @size bytes at @memory for the function's DMA at @address, and pins them; @flags are
 * VFIO_DMA_MAP_FLAG_READ and _WRITE. Returns 0 or a negative errno.
 */
int host_map(const struct host *host, uint64_t address, uint64_t size, const void *memory,
	     uint32_t flags);

/* The range must be that of a mapping. */
int host_unmap(const struct host *host, uint64_t address, uint64_t size);

#endif /* PROXY_HOST_H */
