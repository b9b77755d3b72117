/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What memory of the client the function may reach. It is kept account of, and not
 * reached: the function does no DMA, so the descriptors that come with it are closed.
 */
#ifndef DEVICE_DMA_H
#define DEVICE_DMA_H

#include "message.h"

/* The least page, and the most mappings at a time, that clients are told of. */
#define DMA_PAGE_SIZE 4096
#define DMA_MAX_MAPS  65535

struct dma_map {
	uint64_t address;
	uint64_t size;
};

/* Sorted by address; none overlap. */
struct dma {
	struct dma_map *maps;
	size_t count;
	size_t room;
};

/*
 * VFIO_USER_DMA_MAP. Returns 0, or
 *
 *	-EINVAL	the flags are none, or the range is empty, unaligned, or not within 64
 *		bits, or of the file,
 *	-EEXIST	some of the range is mapped,
 *	-ENOSPC	there are DMA_MAX_MAPS,
 *	-ENOMEM	there is no memory.
 */
int dma_map(struct dma *dma, struct message *message, struct message *reply);

/*
 * VFIO_USER_DMA_UNMAP: all mappings within the range, be there none, as VFIO's type 1
 * IOMMU does it: QEMU unmaps ranges that it hasn't mapped, or has in many parts. Returns
 * 0, or -EINVAL if that would cut one in two, and for what isn't a range; -EOPNOTSUPP for
 * a bitmap of dirty pages.
 */
int dma_unmap(struct dma *dma, struct message *message, struct message *reply);

void dma_free(struct dma *dma);

#endif /* DEVICE_DMA_H */
