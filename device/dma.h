/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps account of the client's memory that the function may access. The function does no
 * DMA, so nothing accesses that memory, and the descriptors that come with it are closed.
 */
#ifndef DEVICE_DMA_H
#define DEVICE_DMA_H

#include "message.h"

/* Clients are told that this is the least page, and the most mappings at a time. */
#define DMA_PAGE_SIZE 4096
#define DMA_MAX_MAPS  65535

struct dma_map {
	uint64_t address;
	uint64_t size;
};

/* The mappings are sorted by address and don't overlap. */
struct dma {
	struct dma_map *maps;
	size_t count;
	size_t room;
};

/*
 * VFIO_USER_DMA_MAP. Returns 0, or
 *
 *	-EINVAL	the flags are wrong, or the range is empty, unaligned, or ends beyond
 *		64 bits or beyond what a file can have,
 *	-EEXIST	part of the range is mapped,
 *	-ENOSPC	there are DMA_MAX_MAPS mappings already,
 *	-ENOMEM	there is no memory.
 */
int dma_map(struct dma *dma, struct message *message, struct message *reply);

/*
 * VFIO_USER_DMA_UNMAP. Removes all mappings within the range. There may be none, as with
 * VFIO's type 1 IOMMU: QEMU unmaps ranges that it hasn't mapped, or has mapped in parts.
 * Returns 0, or
 *
 *	-EINVAL		the range is wrong, or a mapping is only partly within it,
 *	-EOPNOTSUPP	a bitmap of dirty pages is asked for.
 */
int dma_unmap(struct dma *dma, struct message *message, struct message *reply);

void dma_free(struct dma *dma);

#endif /* DEVICE_DMA_H */
