// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "host.h"
#include "iommufd.h"

int host_open(struct host *host, const char *bdf, bool use_iommufd, struct why *why)
{
	int ret;

	*host = (struct host){ 0 };
	ret = use_iommufd ? function_open_by_iommufd(&host->function, bdf)
			  : function_open(&host->function, bdf);
	if (ret)
		return because(why, ret,
			       "%s can't be opened by its %s: %s: vpasid query %s says more", bdf,
			       use_iommufd ? "character device" : "group", strerror(-ret), bdf);
	for (unsigned int i = 0; i < VFIO_PCI_NUM_REGIONS; i++) {
		struct vfio_region_info *region = &host->regions[i];

		*region = (struct vfio_region_info){ .argsz = sizeof(*region), .index = i };
		if (ioctl(host->function.device_fd, VFIO_DEVICE_GET_REGION_INFO, region))
			region->size = 0;
	}
	return 0;
}

static int map_in_ioas(const struct host *host, uint64_t address, uint64_t size, const void *memory,
		       uint32_t flags)
{
	struct ioas_map map = {
		.size = sizeof(map),
		.flags = IOAS_MAP_FIXED_IOVA |
			 (flags & VFIO_DMA_MAP_FLAG_READ ? IOAS_MAP_READABLE : 0) |
			 (flags & VFIO_DMA_MAP_FLAG_WRITE ? IOAS_MAP_WRITEABLE : 0),
		.ioas_id = host->function.ioas,
		.user_va = (uintptr_t)memory,
		.length = size,
		.iova = address,
	};

	return ioctl(host->function.iommufd, IOAS_MAP, &map) ? -errno : 0;
}

int host_map(const struct host *host, uint64_t address, uint64_t size, const void *memory,
	     uint32_t flags)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = flags,
		.vaddr = (uintptr_t)memory,
		.iova = address,
		.size = size,
	};

	if (host->function.iommufd >= 0)
		return map_in_ioas(host, address, size, memory, flags);
	return ioctl(host->function.container_fd, VFIO_IOMMU_MAP_DMA, &map) ? -errno : 0;
}

int host_unmap(const struct host *host, uint64_t address, uint64_t size)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.iova = address,
		.size = size,
	};
	struct ioas_unmap of_ioas = {
		.size = sizeof(of_ioas),
		.ioas_id = host->function.ioas,
		.iova = address,
		.length = size,
	};
	int ret = host->function.iommufd >= 0
			  ? ioctl(host->function.iommufd, IOAS_UNMAP, &of_ioas)
			  : ioctl(host->function.container_fd, VFIO_IOMMU_UNMAP_DMA, &unmap);

	return ret ? -errno : 0;
}
