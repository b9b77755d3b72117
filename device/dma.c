// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dma.h"

#define FLAGS (VFIO_USER_DMA_READ | VFIO_USER_DMA_WRITE)

static bool is_range(uint64_t address, uint64_t size)
{
	return size && !((address | size) % DMA_PAGE_SIZE) && size - 1 <= UINT64_MAX - address;
}

/* Ranges are stored with their last byte, because the end of all memory doesn't fit in 64 bits. */
static uint64_t last_of(uint64_t address, uint64_t size)
{
	return address + (size - 1);
}

/* The first mapping that reaches @address or beyond; dma->count if none does. */
static size_t find(const struct dma *dma, uint64_t address)
{
	size_t low = 0, high = dma->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct dma_map *map = &dma->maps[middle];

		if (last_of(map->address, map->size) < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int grow(struct dma *dma)
{
	size_t room = dma->room ? 2 * dma->room : 16;
	struct dma_map *maps;

	if (dma->count == DMA_MAX_MAPS)
		return -ENOSPC;
	if (dma->count < dma->room)
		return 0;
	maps = reallocarray(dma->maps, room, sizeof(*maps));
	if (!maps)
		return -ENOMEM;
	dma->maps = maps;
	dma->room = room;
	return 0;
}

static int add(struct dma *dma, const struct vfio_user_dma_map *map, int fd)
{
	size_t at = find(dma, map->address);
	void *memory = NULL;
	int ret;

	if (at < dma->count && dma->maps[at].address <= last_of(map->address, map->size))
		return -EEXIST;
	ret = grow(dma);
	if (!ret && dma->ops)
		ret = dma->ops->map(dma->opaque, map, fd, &memory);
	if (ret)
		return ret;
	memmove(&dma->maps[at + 1], &dma->maps[at], (dma->count - at) * sizeof(*dma->maps));
	dma->maps[at] = (struct dma_map){ map->address, map->size, memory };
	dma->count++;
	return 0;
}

/* Without a file, the offset must be 0. */
static bool is_in_file(const struct vfio_user_dma_map *map, size_t fd_count)
{
	return fd_count ? map->size <= INT64_MAX && map->offset <= INT64_MAX - map->size
			: !map->offset;
}

int dma_map(struct dma *dma, const struct message *message)
{
	struct vfio_user_dma_map map;

	memcpy(&map, message->body, sizeof(map));
	if (map.argsz < sizeof(map) || !(map.flags & FLAGS) || map.flags & ~FLAGS)
		return -EINVAL;
	if (!is_range(map.address, map.size) || !is_in_file(&map, message->fd_count))
		return -EINVAL;
	return add(dma, &map, message->fd_count ? message->fds[0] : -1);
}

/* Removes the mappings from @first to before @end. */
static void drop(struct dma *dma, size_t first, size_t end)
{
	for (size_t i = first; dma->ops && i < end; i++)
		dma->ops->unmap(dma->opaque, &dma->maps[i]);
	if (first < end)
		memmove(&dma->maps[first], &dma->maps[end],
			(dma->count - end) * sizeof(*dma->maps));
	dma->count -= end - first;
}

static int remove_within(struct dma *dma, uint64_t address, uint64_t size)
{
	uint64_t last = last_of(address, size);
	size_t first = find(dma, address), end = first;

	while (end < dma->count && dma->maps[end].address <= last) {
		const struct dma_map *map = &dma->maps[end++];

		if (map->address < address || last_of(map->address, map->size) > last)
			return -EINVAL;
	}
	drop(dma, first, end);
	return 0;
}

int dma_unmap(struct dma *dma, const struct message *message, struct message *reply)
{
	struct vfio_user_dma_unmap unmap;
	int ret = 0;

	memcpy(&unmap, message->body, sizeof(unmap));
	if (unmap.argsz < sizeof(unmap))
		return -EINVAL;
	if (unmap.flags & VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP)
		return -EOPNOTSUPP;
	if (unmap.flags == VFIO_DMA_UNMAP_FLAG_ALL && !unmap.address && !unmap.size)
		drop(dma, 0, dma->count);
	else if (!unmap.flags && is_range(unmap.address, unmap.size))
		ret = remove_within(dma, unmap.address, unmap.size);
	else
		ret = -EINVAL;
	if (!ret)
		message_add(reply, &unmap, sizeof(unmap));
	return ret;
}

void dma_free(struct dma *dma)
{
	drop(dma, 0, dma->count);
	free(dma->maps);
	*dma = (struct dma){ 0 };
}
