/* SPDX-License-Identifier: MIT */
/*
 * What driver/ takes of the kernel's headers, as far as the proofs need it: types and macros as
 * Linux has them, and functions with contracts. All that is assumed of the kernel is here.
 */
#ifndef PROOF_KERNEL_H
#define PROOF_KERNEL_H

#include <errno.h>
#include <linux/pci_regs.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef long long loff_t;

#define __user
#define noinline
#define module_param(name, type, permissions)
#define MODULE_PARM_DESC(name, text)
#define max_t(type, x, y) ((type)(x) > (type)(y) ? (type)(x) : (type)(y))
#define min_t(type, x, y) ((type)(x) < (type)(y) ? (type)(x) : (type)(y))

/* <linux/vfio_pci_core.h> and <linux/vfio.h> */
#define VFIO_PCI_OFFSET_SHIFT	      40
#define VFIO_PCI_OFFSET_TO_INDEX(off) ((off) >> VFIO_PCI_OFFSET_SHIFT)
#define VFIO_PCI_OFFSET_MASK	      (((u64)(1) << VFIO_PCI_OFFSET_SHIFT) - 1)
#define VFIO_PCI_CONFIG_REGION_INDEX  7

/* vfs_read() and vfs_write() make longer accesses that short. */
#define MAX_RW_COUNT 0x7ffff000

struct pci_dev {
	int cfg_size;
	u16 pasid_cap;
};

struct vfio_device {
	int unused;
};

struct vfio_device_ops {
	ssize_t (*read)(struct vfio_device *vdev, char __user *buf, size_t count, loff_t *ppos);
	ssize_t (*write)(struct vfio_device *vdev, char __user *buf, size_t count, loff_t *ppos);
};

#endif /* PROOF_KERNEL_H */
