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
 * Whether the file is memory: a memfd, or a file of tmpfs or hugetlbfs. The kernel doesn't pin the
 * pages of other files for long, and a file system in user space could block the proxy forever.
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
		return ": RLIMIT_MEMLOCK or the host's memory is too small to pin it";
	case -EINVAL:
		return ": the host's IOMMU can't map this address";
	case -EFAULT:
		return ": the file is too short, or its pages can't be pinned";
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

/* The mapping of a file in this process: whole pages of the file, which may be huge pages. */
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
 * QEMU also maps its own registers and ROMs, which have no file. DMA can't reach them here, but the
 * client gets no error, because it would give up.
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
				": the file isn't memory: use QEMU's memory-backend-memfd");
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

/* Without a file, nothing was mapped on the host. */
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
