/* SPDX-License-Identifier: MIT */
/*
 * The ioctls of iommufd that the proxy uses in addition to the library's, from <linux/iommufd.h> of
 * Linux 6.6. Older headers don't have them.
 */
#ifndef PROXY_IOMMUFD_H
#define PROXY_IOMMUFD_H

#include <linux/types.h>

#define IOAS_MAP   _IO(';', 0x85)
#define IOAS_UNMAP _IO(';', 0x86)

#define IOAS_MAP_FIXED_IOVA (1u << 0)
#define IOAS_MAP_WRITEABLE  (1u << 1)
#define IOAS_MAP_READABLE   (1u << 2)

struct ioas_map {
	__u32 size;
	__u32 flags;
	__u32 ioas_id;
	__u32 reserved;
	__aligned_u64 user_va;
	__aligned_u64 length;
	__aligned_u64 iova;
};

struct ioas_unmap {
	__u32 size;
	__u32 ioas_id;
	__aligned_u64 iova;
	__aligned_u64 length;
};

_Static_assert(sizeof(struct ioas_map) == 40, "the kernel's size");
_Static_assert(sizeof(struct ioas_unmap) == 24, "the kernel's size");

#endif /* PROXY_IOMMUFD_H */
