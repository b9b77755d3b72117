// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/magic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "memory.h"

/*
 * Whether the file is memory: a memfd, or a file of tmpfs or hugetlbfs. The kernel doesn't pin
 * the pages of others for long, and a file system that is a process could hold us up forever.
 */
static bool is_memory(int fd)
{
	struct statfs fs;

	return !fstatfs(fd, &fs) && (fs.f_type == TMPFS_MAGIC || fs.f_type == HUGETLBFS_MAGIC);
}

static const char *advice(int error)
{
	switch (error) {
	case -ENOMEM:
		return ": more memory is to be pinned than RLIMIT_MEMLOCK allows, or than there is";
	case -EINVAL:
		return ": the host's IOMMU takes nothing there";
	case -EFAULT:
		return ": the file is shorter than that, or its pages can't be pinned";
	default:
		return "";
	}
}

static int complain(const struct memory *memory, const struct vfio_user_dma_map *map, int error,
		    const char *what)
{
	log_line(memory->log, "can't map 0x%llx bytes at 0x%llx: %s%s",
		 (unsigned long long)map->size, (unsigned long long)map->address, strerror(-error),
		 what);
	return error;
}

/* Where a file is mapped in this process: in whole pages of the file, which may be huge ones. */
struct window {
	uint8_t *begin;
	size_t length;
};

/* Returns the address of @map's first byte; NULL with errno. */
static void *open_window(struct window *window, const struct vfio_user_dma_map *map, int fd)
{
	int protection = PROT_READ | (map->flags & VFIO_USER_DMA_WRITE ? PROT_WRITE : 0);
	struct stat file;
	uint64_t page, before;

	if (fstat(fd, &file))
		return NULL;
	page = (uint64_t)file.st_blksize;
	before = map->offset % page;
	window->length = (before + map->size + page - 1) / page * page;
	window->begin = mmap(NULL, window->length, protection, MAP_SHARED, fd,
			     (off_t)(map->offset - before));
	return window->begin == MAP_FAILED ? NULL : window->begin + before;
}

static int pass_on(struct memory *memory, const struct vfio_user_dma_map *map, int fd,
		   struct window *window)
{
	void *at = open_window(window, map, fd);
	int ret;

	if (!at)
		return complain(memory, map, -errno, "");
	ret = host_map(memory->host, map->address, map->size, at, map->flags);
	if (!ret)
		return 0;
	munmap(window->begin, window->length);
	return complain(memory, map, ret, advice(ret));
}

/*
 * QEMU also maps registers and ROMs of its own, which have no file. No DMA reaches them here, but
 * the client is told that all is well: it would give up otherwise.
 */
static int map_for_host(void *opaque, const struct vfio_user_dma_map *map, int fd, void **mapped)
{
	struct memory *memory = opaque;
	struct window *window;
	int ret;

	if (fd < 0) {
		memory->without_file++;
		return 0;
	}
	if (!is_memory(fd))
		return complain(memory, map, -EINVAL,
				": the file isn't memory: have QEMU take a memory-backend-memfd");
	window = malloc(sizeof(*window));
	if (!window)
		return -ENOMEM;
	ret = pass_on(memory, map, fd, window);
	if (ret) {
		free(window);
		return ret;
	}
	memory->count++;
	memory->bytes += map->size;
	*mapped = window;
	return 0;
}

/* Without a file nothing was passed on. */
static void unmap_for_host(void *opaque, const struct dma_map *map)
{
	struct memory *memory = opaque;
	struct window *window = map->memory;
	int ret;

	if (!window)
		return;
	ret = host_unmap(memory->host, map->address, map->size);
	if (ret)
		log_line(memory->log, "can't unmap 0x%llx: %s", (unsigned long long)map->address,
			 strerror(-ret));
	munmap(window->begin, window->length);
	free(window);
}

void memory_init(struct memory *memory, const struct host *host, struct log *log)
{
	static const struct dma_ops ops = { .map = map_for_host, .unmap = unmap_for_host };

	*memory = (struct memory){
		.dma = { .ops = &ops, .opaque = memory },
		.host = host,
		.log = log,
	};
}
