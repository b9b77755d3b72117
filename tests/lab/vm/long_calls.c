// SPDX-License-Identifier: MIT
/*
 * The description: the calls of VFIO and iommufd that the long run makes, how often, on what, and
 * what may stand in their arguments. The first word of an ioctl's name is that of the kernel.
 */
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <stddef.h>

#include "device.h"
#include "iommufd_abi.h"
#include "long.h"

/* Of iommufd, what the library doesn't use; from <linux/iommufd.h> */
#define IOAS_IOVA_RANGES _IO(IOMMUFD_TYPE, 0x84)
#define IOAS_MAP	 _IO(IOMMUFD_TYPE, 0x85)
#define IOAS_UNMAP	 _IO(IOMMUFD_TYPE, 0x86)
#define IOAS_MAP_FLAGS	 7

#define PAGE 0x1000

/* clang-format off */
#define WHOLE			  { ARGSZ, 4 }
#define IS(size, value)		  { CONSTANT, size, value }
#define FLAGS(always, sometimes)  { BITS, 4, always, sometimes }
#define LESS(size, count, unit)	  { BELOW, size, count, unit }
#define AROUND(size, value, all)  { NEAR, size, value, all }
#define LONG(size, most)	  { LENGTH, size, most }
#define ADDRESS			  { MEMORY, 8 }
#define TAKES(kind)		  { TAKEN, 4, kind }
#define MAKES			  { MADE, 4 }
#define ROOM(size)		  { OUTPUT, size }
#define ONE_OF(size, ...)                                                        \
	{ CHOICE, size, sizeof((uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t), 0, \
	  (const uint64_t[]){ __VA_ARGS__ } }
/* clang-format on */

#define REGION                                                                               \
	ONE_OF(4, VFIO_PCI_CONFIG_REGION_INDEX, 0, 1, 2, 3, 4, 5, VFIO_PCI_ROM_REGION_INDEX, \
	       VFIO_PCI_VGA_REGION_INDEX, 9)
/* Often near the PASID capability: lab/topologies/storm.topo has it there, or first of all. */
#define CONFIG_OFFSET AROUND(4, 0x180, PCI_CFG_SPACE_EXP_SIZE + 8)
#define FIRST_OFFSET  AROUND(4, PCI_CFG_SPACE_SIZE, PCI_CFG_SPACE_EXP_SIZE + 8)
#define CONFIG_LENGTH ONE_OF(4, 4, 1, 2, 3, 8, 12, 16, 20, 24, 64, 256, PCI_CFG_SPACE_EXP_SIZE)

/* clang-format off */
const struct call calls[] = {
	/* how a device is opened, and closed */
	{ "open group", 4, DO_OPEN_GROUP, .makes = GROUP_FD },
	{ "open container", 4, DO_OPEN_CONTAINER, .makes = CONTAINER_FD },
	{ "open iommufd", 4, DO_OPEN_IOMMUFD, .makes = IOMMUFD_FD },
	{ "open cdev", 6, DO_OPEN_CDEV, .makes = DEVICE_FD },
	{ "VFIO_GROUP_SET_CONTAINER", 4, DO_IOCTL, GROUP_FD, NO_SLOT, VFIO_GROUP_SET_CONTAINER,
	  { TAKES(CONTAINER_FD) } },
	{ "VFIO_GROUP_UNSET_CONTAINER", 2, DO_IOCTL_VALUE, GROUP_FD, NO_SLOT,
	  VFIO_GROUP_UNSET_CONTAINER },
	{ "VFIO_GROUP_GET_STATUS", 1, DO_IOCTL, GROUP_FD, NO_SLOT, VFIO_GROUP_GET_STATUS,
	  { WHOLE, ROOM(4) } },
	{ "VFIO_SET_IOMMU", 4, DO_IOCTL_VALUE, CONTAINER_FD, NO_SLOT, VFIO_SET_IOMMU,
	  { ONE_OF(4, VFIO_TYPE1v2_IOMMU, VFIO_TYPE1v2_IOMMU, VFIO_TYPE1_IOMMU, VFIO_NOIOMMU_IOMMU)
	    } },
	{ "VFIO_GROUP_GET_DEVICE_FD", 8, DO_GET_DEVICE, GROUP_FD, DEVICE_FD,
	  VFIO_GROUP_GET_DEVICE_FD,
	  { ONE_OF(4, 0, 0, 0, 0, 1, 2) } },
	{ "VFIO_DEVICE_BIND_IOMMUFD", 8, DO_BIND_DEVICE, DEVICE_FD, DEVICE_ID, 0,
	  { ONE_OF(4, 0, 0, 0, 1), TAKES(IOMMUFD_FD) } },
	{ "close group", 1, DO_CLOSE, GROUP_FD },
	{ "close container", 1, DO_CLOSE, CONTAINER_FD },
	{ "close iommufd", 1, DO_CLOSE, IOMMUFD_FD },
	{ "close device", 6, DO_CLOSE, DEVICE_FD },
	{ "close event", 1, DO_CLOSE, EVENT_FD },

	/* the feature, and those of others */
	{ "VFIO_DEVICE_FEATURE PASID GET", 60, DO_IOCTL, DEVICE_FD, NO_SLOT, VFIO_DEVICE_FEATURE,
	  { ONE_OF(4, 16, 16, 12, 20, 8, 11, 0), FLAGS(VFIO_DEVICE_FEATURE_GET |
	    VFIO_DEVICE_FEATURE_PASID_STABLE, 0), ROOM(16) } },
	{ "VFIO_DEVICE_FEATURE PASID", 30, DO_IOCTL, DEVICE_FD, NO_SLOT, VFIO_DEVICE_FEATURE,
	  { ONE_OF(4, 16, 12, 20, 8, 9, 0), FLAGS(VFIO_DEVICE_FEATURE_PASID_STABLE,
	    FEATURE_OPERATIONS), ROOM(16) } },
	{ "VFIO_DEVICE_FEATURE others", 10, DO_IOCTL, DEVICE_FD, NO_SLOT, VFIO_DEVICE_FEATURE,
	  { WHOLE, FLAGS(0, FEATURE_OPERATIONS | 0xf), LESS(8, 4, 1), ADDRESS, ROOM(16) } },
	{ "VFIO_DEVICE_FEATURE LOW_POWER_ENTRY", 2, DO_IOCTL, DEVICE_FD, NO_SLOT,
	  VFIO_DEVICE_FEATURE,
	  { WHOLE, IS(4, VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY) } },
	{ "VFIO_DEVICE_FEATURE LOW_POWER_ENTRY_WITH_WAKEUP", 1, DO_IOCTL, DEVICE_FD, NO_SLOT,
	  VFIO_DEVICE_FEATURE,
	  { WHOLE, IS(4, VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP),
	    TAKES(EVENT_FD), ROOM(4) } },
	{ "VFIO_DEVICE_FEATURE LOW_POWER_EXIT", 2, DO_IOCTL, DEVICE_FD, NO_SLOT,
	  VFIO_DEVICE_FEATURE,
	  { WHOLE, IS(4, VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_LOW_POWER_EXIT) } },

	/* config space and the other regions; only config space is written to */
	{ "read config", 20, DO_READ, DEVICE_FD, NO_SLOT, 0,
	  { IS(4, VFIO_PCI_CONFIG_REGION_INDEX), CONFIG_OFFSET, CONFIG_LENGTH } },
	{ "write config", 20, DO_WRITE, DEVICE_FD, NO_SLOT, 0,
	  { IS(4, VFIO_PCI_CONFIG_REGION_INDEX), CONFIG_OFFSET, CONFIG_LENGTH } },
	{ "read extended config", 8, DO_READ, DEVICE_FD, NO_SLOT, 0,
	  { IS(4, VFIO_PCI_CONFIG_REGION_INDEX), FIRST_OFFSET, CONFIG_LENGTH } },
	{ "write extended config", 8, DO_WRITE, DEVICE_FD, NO_SLOT, 0,
	  { IS(4, VFIO_PCI_CONFIG_REGION_INDEX), FIRST_OFFSET, CONFIG_LENGTH } },
	{ "read region", 4, DO_READ, DEVICE_FD, NO_SLOT, 0,
	  { REGION, AROUND(4, 0, 0x4000), CONFIG_LENGTH } },
	{ "mmap region", 4, DO_MAP, DEVICE_FD, NO_SLOT, 0,
	  { REGION, LESS(4, 4, PAGE), LESS(4, 5, PAGE) } },
	{ "VFIO_DEVICE_GET_INFO", 2, DO_IOCTL, DEVICE_FD, NO_SLOT, VFIO_DEVICE_GET_INFO,
	  { WHOLE, ROOM(64) } },
	{ "VFIO_DEVICE_GET_REGION_INFO", 3, DO_IOCTL, DEVICE_FD, NO_SLOT,
	  VFIO_DEVICE_GET_REGION_INFO,
	  { WHOLE, ROOM(4), REGION, ROOM(64) } },

	/* interrupts */
	{ "eventfd", 4, DO_MAKE_EVENT, .makes = EVENT_FD },
	{ "VFIO_DEVICE_GET_IRQ_INFO", 2, DO_IOCTL, DEVICE_FD, NO_SLOT, VFIO_DEVICE_GET_IRQ_INFO,
	  { WHOLE, ROOM(4), LESS(4, 6, 1), ROOM(4) } },
	{ "VFIO_DEVICE_SET_IRQS", 8, DO_IOCTL, DEVICE_FD, NO_SLOT, VFIO_DEVICE_SET_IRQS,
	  { WHOLE, ONE_OF(4, VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
	    VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_UNMASK, VFIO_IRQ_SET_DATA_NONE |
	    VFIO_IRQ_SET_ACTION_TRIGGER, VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_MASK,
	    VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_TRIGGER), LESS(4, 6, 1), LESS(4, 4, 1),
	    ONE_OF(4, 1, 2, 3, 0), TAKES(EVENT_FD), TAKES(EVENT_FD), TAKES(EVENT_FD) } },
	/* its offset is never odd: Linux 6.12 and 7.3 don't check all of them */
	{ "VFIO_DEVICE_IOEVENTFD", 2, DO_IOCTL, DEVICE_FD, NO_SLOT, VFIO_DEVICE_IOEVENTFD,
	  { WHOLE, FLAGS(0, 0xf), LONG(8, 8ul * PAGE), LESS(8, 256, 1), TAKES(EVENT_FD), IS(4, 0) } },

	/* resets */
	{ "VFIO_DEVICE_RESET", 2, DO_IOCTL_VALUE, DEVICE_FD, NO_SLOT, VFIO_DEVICE_RESET },
	{ "VFIO_DEVICE_GET_PCI_HOT_RESET_INFO", 2, DO_IOCTL, DEVICE_FD, NO_SLOT,
	  VFIO_DEVICE_GET_PCI_HOT_RESET_INFO,
	  { WHOLE, ROOM(256) } },
	{ "VFIO_DEVICE_PCI_HOT_RESET", 2, DO_IOCTL, DEVICE_FD, NO_SLOT, VFIO_DEVICE_PCI_HOT_RESET,
	  { WHOLE, IS(4, 0), ONE_OF(4, 1, 0, 2), TAKES(GROUP_FD), TAKES(GROUP_FD) } },

	/* DMA by a container */
	{ "VFIO_CHECK_EXTENSION", 1, DO_IOCTL_VALUE, CONTAINER_FD, NO_SLOT, VFIO_CHECK_EXTENSION,
	  { LESS(4, 12, 1) } },
	{ "VFIO_IOMMU_GET_INFO", 1, DO_IOCTL, CONTAINER_FD, NO_SLOT, VFIO_IOMMU_GET_INFO,
	  { WHOLE, ROOM(256) } },
	{ "VFIO_IOMMU_MAP_DMA", 6, DO_IOCTL, CONTAINER_FD, NO_SLOT, VFIO_IOMMU_MAP_DMA,
	  { WHOLE, FLAGS(VFIO_DMA_MAP_FLAG_READ, VFIO_DMA_MAP_FLAG_WRITE), ADDRESS, LESS(8, 64,
	    PAGE), LESS(8, 17, PAGE) } },
	{ "VFIO_IOMMU_UNMAP_DMA", 4, DO_IOCTL, CONTAINER_FD, NO_SLOT, VFIO_IOMMU_UNMAP_DMA,
	  { WHOLE, FLAGS(0, VFIO_DMA_UNMAP_FLAG_ALL), LESS(8, 64, PAGE), LESS(8, 17, PAGE) } },
	{ "VFIO_IOMMU_DIRTY_PAGES", 1, DO_IOCTL, CONTAINER_FD, NO_SLOT, VFIO_IOMMU_DIRTY_PAGES,
	  { WHOLE, ONE_OF(4, VFIO_IOMMU_DIRTY_PAGES_FLAG_START, VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP) }
	    },

	/* DMA by an iommufd, with a PASID and without */
	{ "IOMMU_IOAS_ALLOC", 4, DO_IOCTL, IOMMUFD_FD, IOAS_ID, IOAS_ALLOC,
	  { WHOLE, IS(4, 0), MAKES } },
	{ "IOMMU_IOAS_IOVA_RANGES", 1, DO_IOCTL, IOMMUFD_FD, NO_SLOT, IOAS_IOVA_RANGES,
	  { WHOLE, TAKES(IOAS_ID), LESS(4, 8, 1), IS(4, 0), ADDRESS, ROOM(8) } },
	{ "IOMMU_IOAS_MAP", 6, DO_IOCTL, IOMMUFD_FD, NO_SLOT, IOAS_MAP,
	  { WHOLE, FLAGS(IOAS_MAP_FLAGS, 0), TAKES(IOAS_ID), IS(4, 0), ADDRESS, LESS(8, 17, PAGE),
	    LESS(8, 64, PAGE) } },
	{ "IOMMU_IOAS_UNMAP", 4, DO_IOCTL, IOMMUFD_FD, NO_SLOT, IOAS_UNMAP,
	  { WHOLE, TAKES(IOAS_ID), LESS(8, 64, PAGE), LESS(8, 17, PAGE) } },
	{ "IOMMU_HWPT_ALLOC", 5, DO_IOCTL, IOMMUFD_FD, HWPT_ID, HWPT_ALLOC,
	  { WHOLE, ONE_OF(4, HWPT_ALLOC_PASID, 0, 1, 2), TAKES(DEVICE_ID), TAKES(IOAS_ID), MAKES,
	    IS(4, 0), IS(8, 0), IS(8, 0), IS(8, 0) } },
	{ "IOMMU_GET_HW_INFO", 3, DO_HW_INFO, IOMMUFD_FD, NO_SLOT, GET_HW_INFO,
	  { WHOLE, IS(4, 0), TAKES(DEVICE_ID), LONG(4, 128), ADDRESS, ROOM(4), IS(4, 0), ROOM(8) }
	    },
	{ "IOMMU_DESTROY hwpt", 2, DO_IOCTL, IOMMUFD_FD, NO_SLOT, DESTROY,
	  { WHOLE, TAKES(HWPT_ID) } },
	{ "IOMMU_DESTROY ioas", 1, DO_IOCTL, IOMMUFD_FD, NO_SLOT, DESTROY,
	  { WHOLE, TAKES(IOAS_ID) } },
	{ "VFIO_DEVICE_ATTACH_IOMMUFD_PT", 5, DO_IOCTL, DEVICE_FD, NO_SLOT, ATTACH_PT,
	  { IS(4, 12), IS(4, 0), TAKES(IOAS_ID), ROOM(4) } },
	{ "VFIO_DEVICE_ATTACH_IOMMUFD_PT hwpt", 3, DO_IOCTL, DEVICE_FD, NO_SLOT, ATTACH_PT,
	  { IS(4, 12), IS(4, 0), TAKES(HWPT_ID), ROOM(4) } },
	{ "VFIO_DEVICE_ATTACH_IOMMUFD_PT pasid", 8, DO_IOCTL, DEVICE_FD, NO_SLOT, ATTACH_PT,
	  { WHOLE, FLAGS(PT_PASID, 0), TAKES(HWPT_ID), AROUND(4, 4, 1 << 20) } },
	{ "VFIO_DEVICE_DETACH_IOMMUFD_PT", 3, DO_IOCTL, DEVICE_FD, NO_SLOT, DETACH_PT,
	  { IS(4, 8), IS(4, 0), ROOM(4) } },
	{ "VFIO_DEVICE_DETACH_IOMMUFD_PT pasid", 4, DO_IOCTL, DEVICE_FD, NO_SLOT, DETACH_PT,
	  { WHOLE, FLAGS(PT_PASID, 0), AROUND(4, 4, 1 << 20) } },

	{ "wait", 2, DO_WAIT, .fields = { LESS(4, 20, 100) } },
};
/* clang-format on */

const unsigned int calls_count = sizeof(calls) / sizeof(*calls);

const char *const by_group[] = { "open group",
				 "open container",
				 "VFIO_GROUP_SET_CONTAINER",
				 "VFIO_SET_IOMMU",
				 "VFIO_GROUP_GET_DEVICE_FD",
				 "eventfd",
				 NULL };
const char *const by_cdev[] = { "open iommufd",
				"open cdev",
				"VFIO_DEVICE_BIND_IOMMUFD",
				"IOMMU_IOAS_ALLOC",
				"IOMMU_HWPT_ALLOC",
				"VFIO_DEVICE_ATTACH_IOMMUFD_PT",
				"eventfd",
				NULL };
