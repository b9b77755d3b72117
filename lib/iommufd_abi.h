/* SPDX-License-Identifier: MIT */
/*
 * The ioctls of iommufd and of VFIO's character devices that the library uses, from
 * <linux/iommufd.h> and <linux/vfio.h> of Linux 6.15. The installed headers may have none,
 * some or all of them, so these definitions are our own. The names are the kernel's without
 * their prefix.
 */
#ifndef IOMMUFD_ABI_H
#define IOMMUFD_ABI_H

#include <linux/ioctl.h>
#include <linux/types.h>
#include <linux/vfio.h>

#define IOMMUFD_TYPE (';')

#define DESTROY	    _IO(IOMMUFD_TYPE, 0x80)
#define IOAS_ALLOC  _IO(IOMMUFD_TYPE, 0x81)
#define HWPT_ALLOC  _IO(IOMMUFD_TYPE, 0x89)
#define GET_HW_INFO _IO(IOMMUFD_TYPE, 0x8a)

/* Only /dev/vfio/devices/vfioN has these. */
#define ATTACH_PT _IO(VFIO_TYPE, VFIO_BASE + 19)
#define DETACH_PT _IO(VFIO_TYPE, VFIO_BASE + 20)

struct destroy_object {
	__u32 size;
	__u32 id;
};

struct ioas_alloc {
	__u32 size;
	__u32 flags;
	__u32 out_ioas_id;
};

#define HWPT_ALLOC_PASID (1 << 3)

struct hwpt_alloc {
	__u32 size;
	__u32 flags;
	__u32 dev_id;
	__u32 pt_id;
	__u32 out_hwpt_id;
	__u32 reserved;
	__u32 data_type;
	__u32 data_len;
	__aligned_u64 data_uptr;
	__u32 fault_id;
	__u32 reserved2;
};

#define HW_CAP_PCI_PASID_EXEC (1 << 1)
#define HW_CAP_PCI_PASID_PRIV (1 << 2)

/* Since 7.3; the headers of no earlier kernel have it. */
#define HW_CAP_PCI_ATS_NOT_SUPPORTED (1 << 3)

/* Before 6.15 out_max_pasid_log2 was a reserved byte that had to be 0. */
struct hw_info {
	__u32 size;
	__u32 flags;
	__u32 dev_id;
	__u32 data_len;
	__aligned_u64 data_uptr;
	__u32 out_data_type;
	__u8 out_max_pasid_log2;
	__u8 reserved[3];
	__aligned_u64 out_capabilities;
};

/* Without this flag the structs have no pasid, as before 6.15. */
#define PT_PASID (1 << 0)

struct attach_pt {
	__u32 argsz;
	__u32 flags;
	__u32 pt_id;
	__u32 pasid;
};

struct detach_pt {
	__u32 argsz;
	__u32 flags;
	__u32 pasid;
};

_Static_assert(sizeof(struct destroy_object) == 8, "the kernel's size");
_Static_assert(sizeof(struct ioas_alloc) == 12, "the kernel's size");
_Static_assert(sizeof(struct hwpt_alloc) == 48, "the kernel's size");
_Static_assert(sizeof(struct hw_info) == 40, "the kernel's size");
_Static_assert(__builtin_offsetof(struct hw_info, out_max_pasid_log2) == 28, "the kernel's place");
_Static_assert(sizeof(struct attach_pt) == 16, "the kernel's size");
_Static_assert(sizeof(struct detach_pt) == 12, "the kernel's size");

#endif /* IOMMUFD_ABI_H */
