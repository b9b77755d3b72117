/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The supported part of the vfio-user protocol: the data on the socket, in the machine's byte
 * order. Messages that are arguments of VFIO's ioctls are in <linux/vfio.h>.
 *
 * The specification is docs/interop/vfio-user.rst of QEMU.
 */
#ifndef DEVICE_VFIO_USER_H
#define DEVICE_VFIO_USER_H

#include <linux/vfio.h>
#include <stddef.h>
#include <stdint.h>

/* QEMU's client and libvfio-user's servers speak this version. */
#define VFIO_USER_MAJOR 0
#define VFIO_USER_MINOR 1

enum vfio_user_command {
	VFIO_USER_VERSION = 1,
	VFIO_USER_DMA_MAP = 2,
	VFIO_USER_DMA_UNMAP = 3,
	VFIO_USER_DEVICE_GET_INFO = 4,
	VFIO_USER_DEVICE_GET_REGION_INFO = 5,
	VFIO_USER_DEVICE_GET_IRQ_INFO = 7,
	VFIO_USER_DEVICE_SET_IRQS = 8,
	VFIO_USER_REGION_READ = 9,
	VFIO_USER_REGION_WRITE = 10,
	VFIO_USER_DEVICE_RESET = 13,
	VFIO_USER_DEVICE_FEATURE = 16,
};

#define VFIO_USER_TYPE	   0x0f /* these bits of the flags are the type */
#define VFIO_USER_COMMAND  0x00
#define VFIO_USER_REPLY	   0x01
#define VFIO_USER_NO_REPLY 0x10
#define VFIO_USER_ERROR	   0x20

/* @size is that of the whole message, including the header; @error is a positive errno. */
struct vfio_user_header {
	uint16_t id;
	uint16_t command;
	uint32_t size;
	uint32_t flags;
	uint32_t error;
};

/* JSON follows, with a null byte at its end. */
struct vfio_user_version {
	uint16_t major;
	uint16_t minor;
};

#define VFIO_USER_DMA_READ  (1u << 0)
#define VFIO_USER_DMA_WRITE (1u << 1)

struct vfio_user_dma_map {
	uint32_t argsz;
	uint32_t flags;
	uint64_t offset; /* in the file that comes with the message */
	uint64_t address;
	uint64_t size;
};

struct vfio_user_dma_unmap {
	uint32_t argsz;
	uint32_t flags; /* VFIO_DMA_UNMAP_FLAG_* */
	uint64_t address;
	uint64_t size;
};

/* struct vfio_device_info without later additions. */
struct vfio_user_device_info {
	uint32_t argsz;
	uint32_t flags;
	uint32_t num_regions;
	uint32_t num_irqs;
};

/* The bytes to write, or those that were read, follow. */
struct vfio_user_region_access {
	uint64_t offset;
	uint32_t region;
	uint32_t count;
};

_Static_assert(sizeof(struct vfio_user_header) == 16, "protocol");
_Static_assert(sizeof(struct vfio_user_version) == 4, "protocol");
_Static_assert(sizeof(struct vfio_user_dma_map) == 32, "protocol");
_Static_assert(sizeof(struct vfio_user_dma_unmap) == 24, "protocol");
_Static_assert(sizeof(struct vfio_user_device_info) == 16, "protocol");
_Static_assert(sizeof(struct vfio_user_region_access) == 16, "protocol");
_Static_assert(sizeof(struct vfio_region_info) == 32, "protocol");
_Static_assert(sizeof(struct vfio_irq_info) == 16, "protocol");
_Static_assert(sizeof(struct vfio_irq_set) == 20, "protocol");
_Static_assert(sizeof(struct vfio_device_feature) == 8, "protocol");

#endif /* DEVICE_VFIO_USER_H */
