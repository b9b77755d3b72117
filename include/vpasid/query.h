/* SPDX-License-Identifier: MIT */
/*
 * Ask the host for the PASID of a VFIO device.
 */
#ifndef VPASID_QUERY_H
#define VPASID_QUERY_H

#include <vpasid/api.h>
#include <vpasid/info.h>

VPASID_BEGIN_DECLS

/**
 * vpasid_query_device() - does the host have PASID for this device, how wide?
 * @device_fd: An open VFIO device: from VFIO_GROUP_GET_DEVICE_FD, or a
 *	/dev/vfio/devices/vfioN that is bound to an iommufd. It stays the
 *	caller's and its state doesn't change.
 * @info: Filled in on success, all zeros on error.
 *
 * Asks, in this order, and takes the first answer:
 *
 * 1. VFIO_DEVICE_FEATURE with VFIO_DEVICE_FEATURE_PASID_STABLE,
 * 2. VFIO_DEVICE_FEATURE with VFIO_DEVICE_FEATURE_PASID.
 *
 * Both are documented in <linux/vfio_pasid.h>. A VF is asked in the same way as
 * a PF. The kernel answers from memory: the call is cheap and reads no register
 * of the device. Whether PASID is enabled can change while no VFIO user has the
 * device open; an answer holds as long as @device_fd is open.
 *
 * Bits of the answer that this version of the library doesn't know are left out.
 *
 * Thread-safe; allocates nothing, keeps no state.
 *
 * Return: 0 if the host answered, also with "no PASID" (@info->width is 0), or
 *	-EOPNOTSUPP	nobody could be asked: the device's driver doesn't
 *			report PASID (stock vfio-pci doesn't), or @device_fd is
 *			no VFIO device,
 *	-EINVAL		@info is NULL; or @device_fd is a VFIO character device
 *			which isn't bound to an iommufd yet,
 *	-EPROTO		the answer isn't one: a width above VPASID_MAX_WIDTH,
 *	-errno		what else ioctl(2) failed with, -EBADF for one.
 */
VPASID_API int vpasid_query_device(int device_fd, struct vpasid_info *info);

VPASID_END_DECLS

#endif /* VPASID_QUERY_H */
