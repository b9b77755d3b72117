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
 * of the device.
 *
 * The answer is that of the moment. Intel's and Arm's IOMMU drivers enable PASID
 * when they find the function, and leave it on. AMD's has it on while the device is
 * attached to page tables that were made for PASIDs (vpasid_hwpt_alloc()), and off
 * before and with others: there, attach such page tables first, then ask, and ask
 * again after each change. An @info->width of 0 with a known @info->iommu_width above 0
 * says that this may help. A VF shares its PF's setting, which whoever has the PF may
 * change at any time.
 *
 * Bits of the answer that this version of the library doesn't know are left out.
 *
 * Thread-safe; allocates nothing, keeps no state.
 *
 * Return: 0 if the host answered, also with "no PASID" (@info->width is 0), or
 *	-EOPNOTSUPP	nobody could be asked: the device's driver doesn't
 *			report PASID (stock vfio-pci doesn't), or @device_fd
 *			isn't a VFIO device,
 *	-EINVAL		@info is NULL; or @device_fd is a VFIO character device
 *			which isn't bound to an iommufd yet,
 *	-EPROTO		the answer isn't one: a width above VPASID_MAX_WIDTH,
 *	-errno		what else ioctl(2) failed with, -EBADF for one.
 */
VPASID_API int vpasid_query_device(int device_fd, struct vpasid_info *info);

/**
 * vpasid_query_iommufd() - what does iommufd say of this device's PASID?
 * @iommufd: An open /dev/iommu, which the device is bound to. It stays the caller's.
 * @dev_id: The device there: what VFIO_DEVICE_BIND_IOMMUFD gave as its out_devid.
 * @info: Filled in on success with source VPASID_SOURCE_IOMMUFD, all zeros on error.
 *
 * Asks IOMMU_GET_HW_INFO. Any VFIO driver will do, stock vfio-pci, too. The answer
 * isn't that of vpasid_query_device():
 *
 * - One width. The kernel gives the lesser of the function's Max PASID Width and the
 *   IOMMU's. It becomes both @info->width and @info->iommu_width; from
 *   vpasid_query_device(), @width is the function's own. What can be used,
 *   vpasid_info_usable_width(), is the same by both.
 * - Enabled, not supported. The kernel tells the permissions that are on in the PASID
 *   Control register, though its header calls them supported. They
 *   become both @info->enabled and @info->capabilities; a permission that the function
 *   has, but the host has switched off, isn't among them.
 * - Not whether PASID is enabled at all. The width is from the time when the IOMMU took
 *   the function. If PASID is off (behind a port without Access Control Services, say, or
 *   with AMD's driver as long as no page tables for PASIDs are attached), the answer is a
 *   width without permissions all the same, and the kernel's log gets a warning at the
 *   first such call. vpasid_query_device() says width 0 there; who has its answer
 *   shouldn't ask here, and vpasid_query_bound() doesn't.
 * - 0 for two things: no PASID, and an IOMMU that has PASID 0 alone. None can be used in
 *   either case.
 *
 * It costs a read of the PASID Control register, in config space of the PF.
 *
 * Zero is taken for "no PASID" only from a kernel that could say otherwise: before
 * 6.15 (in long-term 6.12: before 6.12.32) the ioctl was there, but silent on PASID.
 * Such a kernel is told by an input that it refuses and later ones don't read; so a
 * zero costs a second call.
 *
 * Thread-safe; allocates nothing, keeps no state.
 *
 * Return: 0 if iommufd answered, also with "no PASID" (@info->width is 0), or
 *	-EOPNOTSUPP	it couldn't be asked: such a kernel, a device without an IOMMU,
 *			or @iommufd isn't an iommufd,
 *	-EINVAL		@info is NULL,
 *	-ENOENT		no device @dev_id is bound to @iommufd,
 *	-EPROTO		the answer isn't one: a width above VPASID_MAX_WIDTH,
 *	-errno		what else ioctl(2) failed with, -EBADF for one.
 */
VPASID_API int vpasid_query_iommufd(int iommufd, uint32_t dev_id, struct vpasid_info *info);

/**
 * vpasid_query_bound() - all that a host says of a device's PASID
 * @device_fd: As for vpasid_query_device().
 * @iommufd: The iommufd that it is bound to, or -1: a device that was opened by its
 *	group has none.
 * @dev_id: As for vpasid_query_iommufd(); ignored without @iommufd.
 * @registers: The function's PASID registers, for a driver that doesn't report PASID;
 *	NULL if they aren't known.
 * @info: Filled in on success, all zeros on error.
 *
 * Two sources can answer. The first is the driver, vpasid_query_device(), or where that
 * doesn't report PASID, @registers. If the first says "no PASID", that is the answer:
 * the second may have a width all the same, see vpasid_query_iommufd(). Otherwise the
 * second, iommufd, is asked, and vpasid_info_combine() makes one answer of the two.
 * @info->source and @info->second say who answered, @info->differs whether they agree.
 * With stock vfio-pci and without @registers, iommufd alone answers.
 *
 * If both say that there are PASIDs, the kernel is asked, too, whether address spaces can
 * be attached to them, and @info->attach_refused says if it refuses. For that, page tables
 * are allocated in @iommufd, tried at a PASID that no function has, and destroyed. What is
 * attached to the device doesn't change. A kernel that can't attach PASIDs of any device
 * doesn't count here; see vpasid_attach_supported().
 *
 * One case can't be known here. As long as the device is attached to page tables that weren't
 * made for PASIDs, the kernel attaches none on any IOMMU, with the error of a PASID that is
 * too wide, before it looks whether the driver would; and it tells nobody what a device is
 * attached to. Where PASID is on all the same, the answer is that of the function and the
 * IOMMU, and @info->attach_refused is 0. That is so on Intel and Arm, where other page tables
 * help, and on AMD with amd_iommu=pgtbl_v2, where nothing does. So ask before the device is
 * attached, or with page tables of vpasid_hwpt_alloc(): such an answer holds for both.
 *
 * To read registers only where they are needed, call vpasid_query_device() before:
 * -EOPNOTSUPP says that they are. The driver is asked twice then, from memory.
 *
 * Thread-safe; allocates nothing, keeps no state.
 *
 * Return: 0 if somebody answered, or
 *	-EOPNOTSUPP	nobody could be asked,
 *	-errno		as for the two, or for vpasid_info_from_registers().
 */
VPASID_API int vpasid_query_bound(int device_fd, int iommufd, uint32_t dev_id,
				  const struct vpasid_registers *registers,
				  struct vpasid_info *info);

VPASID_END_DECLS

#endif /* VPASID_QUERY_H */
