// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio_pasid.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "iommufd.h"
#include "lib/made_config.h"
#include "made_vfio.h"

struct made_vfio made;

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, void *arg);

static int answer_feature(struct vfio_device_feature *feature)
{
	struct vfio_device_feature_pasid_ext *ext = (void *)feature->data;

	if (feature->flags != (VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID_STABLE))
		return ENOTTY;
	ext->pasid.width = made.width;
	ext->pasid.capabilities = made.capabilities;
	ext->enabled = made.enabled;
	return made.error;
}

static int answer_region(struct vfio_region_info *info)
{
	struct vfio_region_info_cap_sparse_mmap *sparse = (void *)(info + 1);
	uint32_t room = info->argsz, needed = sizeof(*info) + sizeof(*sparse) + 16;

	assert_in_range(room, sizeof(*info), 8192);
	*info = (struct vfio_region_info){ .argsz = room, .index = info->index };
	if (info->index == VFIO_PCI_CONFIG_REGION_INDEX) {
		info->offset = CONFIG_AT;
		info->size = VPASID_CONFIG_SIZE;
		info->flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	} else if (!info->index) {
		info->offset = BAR_AT;
		info->size = BAR_SIZE;
		info->flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE |
			      VFIO_REGION_INFO_FLAG_MMAP | VFIO_REGION_INFO_FLAG_CAPS;
		if (room < needed) {
			info->argsz = needed;
			return 0;
		}
		info->cap_offset = sizeof(*info);
		sparse->header.id = VFIO_REGION_INFO_CAP_SPARSE_MMAP;
		sparse->nr_areas = 1;
		sparse->areas[0].size = 0x2000;
	} else if (info->index == VFIO_PCI_VGA_REGION_INDEX) {
		return EINVAL;
	}
	return 0;
}

static int answer_irq_info(struct vfio_irq_info *info)
{
	if (info->index >= VFIO_PCI_NUM_IRQS)
		return EINVAL;
	info->flags = VFIO_IRQ_INFO_EVENTFD;
	info->count = info->index == VFIO_PCI_MSIX_IRQ_INDEX ? VECTORS : 1;
	return 0;
}

static int set_irqs(const struct vfio_irq_set *set)
{
	made.irq_calls++;
	if (set->flags == (VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER) && !set->count)
		made.disabled |= 1u << set->index;
	assert_in_range(set->argsz, sizeof(*set), sizeof(made.irqs));
	memcpy(&made.irqs, set, set->argsz);
	made.irqs.are_fds_open = true;
	for (uint32_t i = 0; set->flags & VFIO_IRQ_SET_DATA_EVENTFD && i < set->count; i++)
		made.irqs.are_fds_open &= fcntl(made.irqs.data[i], F_GETFD) >= 0;
	return made.irq_error;
}

static int map(uint64_t address, uint64_t size, const void *memory, uint32_t flags)
{
	if (made.map_error)
		return made.map_error;
	assert_in_range(made.map_count, 0, 63);
	made.maps[made.map_count++] = (struct made_map){ address, size, memory, flags };
	return 0;
}

static int unmap(uint64_t address, uint64_t size)
{
	for (unsigned int i = 0; i < made.map_count; i++) {
		if (made.maps[i].address == address && made.maps[i].size == size) {
			/* the memory goes after the mapping */
			assert_true(!msync((void *)made.maps[i].memory, size, MS_ASYNC));
			made.maps[i] = made.maps[--made.map_count];
			return 0;
		}
	}
	fail_msg("no mapping at %llx", (unsigned long long)address);
	return ENOENT;
}

static int ask_device(unsigned long request, void *arg)
{
	switch (request) {
	case VFIO_DEVICE_FEATURE:
		return answer_feature(arg);
	case VFIO_DEVICE_GET_INFO:
		*(struct vfio_device_info *)arg = (struct vfio_device_info){
			.argsz = sizeof(struct vfio_device_info),
			.flags = VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET |
				 VFIO_DEVICE_FLAGS_CAPS,
			.num_regions = VFIO_PCI_NUM_REGIONS + 3,
			.num_irqs = VFIO_PCI_NUM_IRQS,
		};
		return 0;
	case VFIO_DEVICE_GET_REGION_INFO:
		return answer_region(arg);
	case VFIO_DEVICE_GET_IRQ_INFO:
		return answer_irq_info(arg);
	case VFIO_DEVICE_SET_IRQS:
		return set_irqs(arg);
	case VFIO_DEVICE_RESET:
		made.resets++;
		made.was_reset_with_maps = made.map_count > 0;
		return 0;
	default:
		return ENOTTY;
	}
}

static int ask_container(unsigned long request, void *arg)
{
	const struct vfio_iommu_type1_dma_map *to_map = arg;
	const struct vfio_iommu_type1_dma_unmap *to_unmap = arg;

	if (request == VFIO_IOMMU_MAP_DMA)
		return map(to_map->iova, to_map->size, (void *)(uintptr_t)to_map->vaddr,
			   to_map->flags);
	assert_int_equal(request, VFIO_IOMMU_UNMAP_DMA);
	assert_int_equal(to_unmap->flags, 0);
	return unmap(to_unmap->iova, to_unmap->size);
}

static int ask_iommufd(unsigned long request, void *arg)
{
	const struct ioas_map *to_map = arg;
	const struct ioas_unmap *to_unmap = arg;
	uint32_t flags;

	if (request == IOAS_UNMAP) {
		assert_int_equal(to_unmap->ioas_id, 77);
		return unmap(to_unmap->iova, to_unmap->length);
	}
	if (request != IOAS_MAP) /* the library's */
		return ENOTTY;
	assert_int_equal(to_map->ioas_id, 77);
	assert_true(to_map->flags & IOAS_MAP_FIXED_IOVA);
	flags = (to_map->flags & IOAS_MAP_READABLE ? VFIO_DMA_MAP_FLAG_READ : 0) |
		(to_map->flags & IOAS_MAP_WRITEABLE ? VFIO_DMA_MAP_FLAG_WRITE : 0);
	return map(to_map->iova, to_map->length, (void *)(uintptr_t)to_map->user_va, flags);
}

int __wrap_ioctl(int fd, unsigned long request, void *arg)
{
	if (fd == made.fd)
		errno = ask_device(request, arg);
	else if (fd == made.container)
		errno = ask_container(request, arg);
	else if (fd == made.iommufd)
		errno = ask_iommufd(request, arg);
	else
		return __real_ioctl(fd, request, arg);
	return errno < 0 ? -errno : errno ? -1 : 0;
}

void made_vfio_init(struct host *host, bool by_iommufd)
{
	made = (struct made_vfio){ .width = 20, .capabilities = 3, .enabled = 3 };
	made.fd = memfd_create("device", MFD_CLOEXEC);
	made.container = by_iommufd ? -1 : eventfd(0, EFD_CLOEXEC);
	made.iommufd = by_iommufd ? eventfd(0, EFD_CLOEXEC) : -1;
	assert_true(made.fd >= 0);
	assert_int_equal(pwrite(made.fd, config, sizeof(config), CONFIG_AT), sizeof(config));

	*host = (struct host){
		.function = { .device_fd = made.fd,
			      .container_fd = made.container,
			      .iommufd = made.iommufd,
			      .ioas = 77,
			      .config_at = CONFIG_AT,
			      .kind = VPASID_FUNCTION_PF },
	};
	memcpy(host->function.config, config, sizeof(config));
	host->regions[0] = (struct vfio_region_info){ .offset = BAR_AT, .size = BAR_SIZE };
	host->regions[VFIO_PCI_CONFIG_REGION_INDEX] =
		(struct vfio_region_info){ .offset = CONFIG_AT, .size = VPASID_CONFIG_SIZE };
}

void made_vfio_free(void)
{
	close(made.fd);
	close(made.container < 0 ? made.iommufd : made.container);
}

void made_vfio_config(uint8_t now[VPASID_CONFIG_SIZE])
{
	assert_int_equal(pread(made.fd, now, VPASID_CONFIG_SIZE, CONFIG_AT), VPASID_CONFIG_SIZE);
}
