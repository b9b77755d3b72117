// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include <vpasid/attach.h>

#include "host.h"
#include "iommufd.h"

static int open_device_file(const char *bdf)
{
	char pattern[96], path[64];
	glob_t found;
	int fd;

	snprintf(pattern, sizeof(pattern), "/sys/bus/pci/devices/%s/vfio-dev/vfio*", bdf);
	if (glob(pattern, 0, NULL, &found))
		return -ENOENT;
	snprintf(path, sizeof(path), "/dev/vfio/devices/%s", strrchr(found.gl_pathv[0], '/') + 1);
	globfree(&found);
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/*
 * Page tables that were made for PASIDs take the function's other DMA as well, and the
 * kernel attaches a PASID only beside such. A kernel or an IOMMU that has none makes its own
 * of the address space.
 */
static int attach(struct host *host)
{
	struct attach_page_tables attach = { .argsz = sizeof(attach) };
	int ret = vpasid_ioas_alloc(host->iommufd, &host->ioas);

	if (ret)
		return ret;
	ret = vpasid_hwpt_alloc(host->iommufd, host->dev_id, host->ioas, &attach.pt_id);
	if (ret == -EOPNOTSUPP)
		attach.pt_id = host->ioas;
	else if (ret)
		return ret;
	return ioctl(host->function.device_fd, ATTACH_PAGE_TABLES, &attach) ? -errno : 0;
}

static int open_by_iommufd(struct host *host, const char *bdf)
{
	struct bind_iommufd bind = { .argsz = sizeof(bind) };
	int fd = open_device_file(bdf);
	int ret;

	if (fd < 0)
		return fd;
	host->function.device_fd = fd;
	host->iommufd = open("/dev/iommu", O_RDWR | O_CLOEXEC);
	if (host->iommufd < 0)
		return -errno;
	bind.iommufd = host->iommufd;
	if (ioctl(fd, BIND_IOMMUFD, &bind))
		return -errno;
	host->dev_id = bind.out_devid;
	ret = attach(host);
	return ret ? ret : function_look(&host->function, bdf);
}

int host_open(struct host *host, const char *bdf, bool use_iommufd, struct why *why)
{
	int ret;

	*host = (struct host){ .function = { .device_fd = -1, .container_fd = -1 }, .iommufd = -1 };
	ret = use_iommufd ? open_by_iommufd(host, bdf) : function_open(&host->function, bdf);
	if (ret)
		return because(why, ret,
			       "%s can't be opened by its %s: %s: vpasid query %s says more", bdf,
			       use_iommufd ? "device file" : "group", strerror(-ret), bdf);
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
		.ioas_id = host->ioas,
		.user_va = (uintptr_t)memory,
		.length = size,
		.iova = address,
	};

	return ioctl(host->iommufd, IOAS_MAP, &map) ? -errno : 0;
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

	if (host->iommufd >= 0)
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
		.ioas_id = host->ioas,
		.iova = address,
		.length = size,
	};
	int ret = host->iommufd >= 0
			  ? ioctl(host->iommufd, IOAS_UNMAP, &of_ioas)
			  : ioctl(host->function.container_fd, VFIO_IOMMU_UNMAP_DMA, &unmap);

	return ret ? -errno : 0;
}
