/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A list of the client's memory that the function may access. If a function does DMA, operations
 * map that memory for it. The function of vpasid-device does no DMA and has no operations.
 */
#ifndef DEVICE_DMA_H
#define DEVICE_DMA_H

#include "message.h"

/* The smallest page and the largest number of mappings, which are reported to clients. */
#define DMA_PAGE_SIZE 4096
#define DMA_MAX_MAPS  65535

struct dma_map {
	uint64_t address;
	uint64_t size;
	void *memory; /* whatever dma_ops.map has set it to */
};

/*
 * What is done with each mapping. @map gets the descriptor of the file, which the message still
 * owns, or -1 if there is none. It returns 0, or a negative errno for the client. Both are called
 * for ranges that don't overlap.
 */
struct dma_ops {
	int (*map)(void *opaque, const struct vfio_user_dma_map *map, int fd, void **memory);
	void (*unmap)(void *opaque, const struct dma_map *map);
};

/* The mappings are sorted by address and don't overlap. */
struct dma {
	const struct dma_ops *ops; /* NULL: only the list is kept */
	void *opaque;
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
 *	-ENOMEM	there is no memory,
 *	-errno	of dma_ops.map.
 */
int dma_map(struct dma *dma, const struct message *message);

/*
 * VFIO_USER_DMA_UNMAP. Removes all mappings within the range. There may be none, as with
 * VFIO's type 1 IOMMU: QEMU unmaps ranges that it hasn't mapped, or has mapped in parts.
 * Returns 0, or
 *
 *	-EINVAL		the range is wrong, or a mapping is only partly within it,
 *	-EOPNOTSUPP	a bitmap of dirty pages is asked for.
 */
int dma_unmap(struct dma *dma, const struct message *message, struct message *reply);

/* Removes all mappings. */
void dma_free(struct dma *dma);

#endif /* DEVICE_DMA_H */
