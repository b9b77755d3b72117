// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/vfs.h>

#include "memory.h"

/*
 * Whether the file is of memory: a memfd, or of tmpfs or hugetlbfs. The kernel pins no pages
 * of others for long, and one whose pages a process delivers would hold us up forever.
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

/* What has no file is no memory, but registers or a ROM of the VMM's, which no DMA reaches. */
static int map_for_host(void *opaque, const struct vfio_user_dma_map *map, int fd, void **mapped)
{
	struct memory *memory = opaque;
	int ret, protection = PROT_READ | (map->flags & VFIO_USER_DMA_WRITE ? PROT_WRITE : 0);
	void *at;

	if (fd < 0) {
		memory->without_file++;
		return 0;
	}
	if (!is_memory(fd))
		return complain(memory, map, -EINVAL,
				": the file isn't memory: have QEMU take a memory-backend-memfd");
	at = mmap(NULL, map->size, protection, MAP_SHARED, fd, (off_t)map->offset);
	if (at == MAP_FAILED)
		return complain(memory, map, -errno, "");
	ret = host_map(memory->host, map->address, map->size, at, map->flags);
	if (ret) {
		munmap(at, map->size);
		return complain(memory, map, ret, advice(ret));
	}
	memory->count++;
	memory->bytes += map->size;
	*mapped = at;
	return 0;
}

static void unmap_for_host(void *opaque, const struct dma_map *map)
{
	struct memory *memory = opaque;
	int ret;

	if (!map->memory)
		return;
	ret = host_unmap(memory->host, map->address, map->size);
	if (ret)
		log_line(memory->log, "can't unmap 0x%llx: %s", (unsigned long long)map->address,
			 strerror(-ret));
	munmap(map->memory, map->size);
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
