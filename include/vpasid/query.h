/* SPDX-License-Identifier: MIT */
/*
 * Queries the host for the PASID of a VFIO device.
 */
#ifndef VPASID_QUERY_H
#define VPASID_QUERY_H

#include <vpasid/api.h>
#include <vpasid/info.h>

VPASID_BEGIN_DECLS

/**
 * vpasid_query_device() - query the driver of a device for its PASID
 * @device_fd: An open VFIO device: from VFIO_GROUP_GET_DEVICE_FD, or a /dev/vfio/devices/vfioN that
 *	is bound to an iommufd. It isn't closed, and its state doesn't change.
 * @info: Filled in on success, all zeros on error.
 *
 * This function tries the following ioctls in this order, and uses the first answer:
 *
 * 1. VFIO_DEVICE_FEATURE with VFIO_DEVICE_FEATURE_PASID_STABLE,
 * 2. VFIO_DEVICE_FEATURE with VFIO_DEVICE_FEATURE_PASID.
 *
 * Both are documented in <linux/vfio_pasid.h>. They are the same for a VF as for a PF. The kernel
 * answers from memory: the call is cheap and reads no register of the device.
 *
 * The answer is valid at the time of the call. Intel's and Arm's IOMMU drivers enable PASID when
 * the function is probed, and leave it enabled. AMD's enables it while the device is attached to
 * page tables that were allocated for PASIDs (vpasid_hwpt_alloc()), and disables it otherwise. With
 * AMD's driver, therefore, attach such page tables first, then query, and query again after each
 * change. An @info->width of 0 with a known @info->iommu_width above 0 indicates that this may
 * help. A VF shares its PF's setting, which the user of the PF may change at any time.
 *
 * Bits of the answer that this version of the library doesn't know are cleared in @info.
 *
 * Thread-safe; allocates nothing, keeps no state.
 *
 * Return: 0 if the host answered, including with "no PASID" (@info->width is 0), or
 *	-EOPNOTSUPP	no source is available: the device's driver doesn't report PASID (stock
 *			vfio-pci doesn't), or @device_fd isn't a VFIO device,
 *	-EINVAL		@info is NULL, or @device_fd is a VFIO character device that isn't bound to
 *			an iommufd yet,
 *	-EPROTO		the answer is invalid: a width above VPASID_MAX_WIDTH,
 *	-errno		another error of ioctl(2), such as -EBADF.
 */
VPASID_API int vpasid_query_device(int device_fd, struct vpasid_info *info);

/**
 * vpasid_query_iommufd() - query iommufd for a device's PASID
 * @iommufd: The open /dev/iommu to which the device is bound. It isn't closed.
 * @dev_id: The device's ID there: the out_devid of VFIO_DEVICE_BIND_IOMMUFD.
 * @info: Filled in on success with source VPASID_SOURCE_IOMMUFD, all zeros on error.
 *
 * This function uses IOMMU_GET_HW_INFO. It works with any VFIO driver, including stock vfio-pci.
 * The answer differs from that of vpasid_query_device():
 *
 * - There is only one width. The kernel reports the smaller of the function's Max PASID Width and
 *   the IOMMU's width. It becomes both @info->width and @info->iommu_width; from
 *   vpasid_query_device(), @width is the function's own. The usable width,
 *   vpasid_info_usable_width(), is the same with both.
 * - The permissions are those that are enabled, not those that are supported. The kernel reports
 *   the permissions that are set in the PASID Control register, although its header calls them
 *   supported. They become both @info->enabled and @info->capabilities; they don't include a
 *   permission that the function supports, but the host has disabled.
 * - The answer doesn't show whether PASID is enabled. The width was determined when the IOMMU's
 *   driver probed the function. If PASID is disabled (for example below a port without Access
 *   Control Services, or with AMD's driver as long as no page tables for PASIDs are attached), the
 *   answer still has a width, but no permissions, and the kernel logs a warning at the first such
 *   call. vpasid_query_device() reports width 0 in this case; a caller that has its answer
 *   shouldn't call this function, and vpasid_query_bound() doesn't.
 * - A width of 0 has two meanings: no PASID, or an IOMMU that only supports PASID 0. No PASID can
 *   be used in either case.
 *
 * The call reads the PASID Control register, in config space of the PF.
 *
 * A width of 0 is only interpreted as "no PASID" if the kernel reports PASIDs. Before 6.15 (in
 * long-term 6.12: before 6.12.32) the ioctl existed, but didn't report them. To detect such a
 * kernel, the function sets an input that this kernel rejects and later ones ignore; a width of 0
 * therefore requires a second call.
 *
 * Thread-safe; allocates nothing, keeps no state.
 *
 * Return: 0 if iommufd answered, including with "no PASID" (@info->width is 0), or
 *	-EOPNOTSUPP	no answer is available: the kernel doesn't report PASIDs, the device has no
 *			IOMMU, or @iommufd isn't an iommufd,
 *	-EINVAL		@info is NULL,
 *	-ENOENT		no device @dev_id is bound to @iommufd,
 *	-EPROTO		the answer is invalid: a width above VPASID_MAX_WIDTH,
 *	-errno		another error of ioctl(2), such as -EBADF.
 */
VPASID_API int vpasid_query_iommufd(int iommufd, uint32_t dev_id, struct vpasid_info *info);

/**
 * vpasid_query_bound() - query all sources for a device's PASID
 * @device_fd: As for vpasid_query_device().
 * @iommufd: The iommufd to which the device is bound, or -1: a device that was opened through its
 *	group has none.
 * @dev_id: As for vpasid_query_iommufd(); ignored without @iommufd.
 * @registers: The function's PASID registers, for a driver that doesn't report PASID; NULL if they
 *	are unknown.
 * @info: Filled in on success, all zeros on error.
 *
 * There are two sources. The first is the driver, vpasid_query_device(), or @registers if the
 * driver doesn't report PASID. If the first source reports "no PASID", this is the answer: the
 * second may report a width nevertheless, see vpasid_query_iommufd(). Otherwise the second source,
 * iommufd, is queried, and vpasid_info_combine() combines the two answers. @info->source and
 * @info->second show the sources of the answer, and @info->differs shows whether they agree. With
 * stock vfio-pci and without @registers, iommufd is the only source.
 *
 * If both report that there are PASIDs, this function also checks whether the kernel can attach
 * address spaces to them, and sets @info->attach_refused if it can't. For this, it allocates page
 * tables in @iommufd, tries to attach them to a PASID that no function has, and destroys them. The
 * attachments of the device don't change. A kernel that can't attach PASIDs of any device doesn't
 * set @info->attach_refused; see vpasid_attach_supported().
 *
 * One case can't be detected. As long as the device is attached to page tables that weren't
 * allocated for PASIDs, the kernel doesn't attach PASIDs with any IOMMU. It returns the same error
 * as for a PASID that is too wide, before it checks whether the driver supports attaching PASIDs;
 * and it doesn't report what a device is attached to. If PASID is enabled nevertheless, the answer
 * is that of the function and the IOMMU, and @info->attach_refused is 0. This is the case with
 * Intel and Arm, where other page tables help, and with AMD and amd_iommu=pgtbl_v2, where nothing
 * helps. Therefore, query before the device is attached, or while it is attached to page tables
 * from vpasid_hwpt_alloc(): such an answer is valid for both.
 *
 * To read registers only if they are required, call vpasid_query_device() first: -EOPNOTSUPP means
 * that they are. The driver is then queried twice, from memory.
 *
 * Thread-safe; allocates nothing, keeps no state.
 *
 * Return: 0 if a source answered, or
 *	-EOPNOTSUPP	no source is available,
 *	-errno		as for the two functions, or for vpasid_info_from_registers().
 */
VPASID_API int vpasid_query_bound(int device_fd, int iommufd, uint32_t dev_id,
				  const struct vpasid_registers *registers,
				  struct vpasid_info *info);

VPASID_END_DECLS

#endif /* VPASID_QUERY_H */
