/* SPDX-License-Identifier: MIT */
/*
 * Attaches address spaces of an iommufd to PASIDs of a device.
 */
#ifndef VPASID_ATTACH_H
#define VPASID_ATTACH_H

#include <stdint.h>

#include <vpasid/api.h>

VPASID_BEGIN_DECLS

/*
 * Each function here calls one ioctl of iommufd or VFIO, checks its arguments and distinguishes its
 * errors. The functions require Linux 6.15 with CONFIG_IOMMUFD and CONFIG_VFIO_DEVICE_CDEV, but no
 * headers of that kernel.
 *
 *	vpasid_ioas_alloc(iommufd, &ioas);		// an empty address space
 *	vpasid_hwpt_alloc(iommufd, dev_id, ioas, &hwpt);// page tables for it
 *	vpasid_attach(device_fd, 42, hwpt);		// DMA with PASID 42 uses them
 *	...
 *	vpasid_detach(device_fd, 42);
 *	vpasid_destroy(iommufd, hwpt);
 *	vpasid_destroy(iommufd, ioas);
 *
 * iommufd is an open /dev/iommu. device_fd is an open /dev/vfio/devices/vfioN that is bound to it
 * by VFIO_DEVICE_BIND_IOMMUFD, which also returns dev_id. The functions don't close these files.
 * IOMMU_IOAS_MAP maps memory into the address space.
 *
 * All functions are thread-safe, allocate no memory and keep no state. The kernel releases
 * everything when the two files are closed: closing device_fd detaches its PASIDs, closing iommufd
 * destroys what was allocated.
 *
 * In addition to the listed errors, each function returns any other error of ioctl(2) as a negative
 * errno: -EBADF, -ENOMEM, -ENODEV if the device is gone.
 */

/**
 * vpasid_ioas_alloc() - allocate an empty address space (IOMMU_IOAS_ALLOC)
 * @iommufd: An open /dev/iommu.
 * @ioas_id: Set to the address space's ID on success.
 *
 * vpasid_destroy() destroys it, after all page tables that were allocated from it.
 *
 * Return: 0, or
 *	-EOPNOTSUPP	@iommufd isn't an iommufd,
 *	-EINVAL		@ioas_id is NULL.
 */
VPASID_API int vpasid_ioas_alloc(int iommufd, uint32_t *ioas_id);

/**
 * vpasid_hwpt_alloc() - allocate page tables that can be attached to PASIDs
 * @iommufd: An open /dev/iommu.
 * @dev_id: A device that is bound to @iommufd. The page tables can be used for this device, and for
 *	others behind the same IOMMU.
 * @ioas_id: The address space, or an HWPT that was allocated as a parent.
 * @hwpt_id: Set to the ID of the page tables (HWPT) on success.
 *
 * This is IOMMU_HWPT_ALLOC with IOMMU_HWPT_ALLOC_PASID. Page tables without this flag can't be
 * attached to a PASID. The page tables that the kernel allocates itself when an IOAS is attached
 * don't have it. If a device has an address space attached to a PASID, its DMA without a PASID also
 * requires page tables with this flag: use VFIO_DEVICE_ATTACH_IOMMUFD_PT with @hwpt_id, not with an
 * IOAS.
 *
 * Return: 0, or
 *	-EOPNOTSUPP	the kernel doesn't know the flag (before 6.13), the IOMMU or its driver
 *			doesn't support PASIDs, or @iommufd isn't an iommufd,
 *	-ENOENT		no device @dev_id is bound to @iommufd,
 *	-EINVAL		@ioas_id is neither an IOAS nor a parent; or @hwpt_id is NULL,
 *	-EADDRINUSE	the IOAS has mappings at addresses that this device can't use.
 */
VPASID_API int vpasid_hwpt_alloc(int iommufd, uint32_t dev_id, uint32_t ioas_id, uint32_t *hwpt_id);

/**
 * vpasid_attach() - attach an address space to a PASID
 * @device_fd: An open /dev/vfio/devices/vfioN that is bound to an iommufd.
 * @pasid: The PASID: 1 to 2^20 - 1, and less than 2 to the power of vpasid_info_usable_width().
 *	PASID 0 is rejected: for the kernel it means DMA without a PASID, which this function
 *	doesn't support.
 * @hwpt_id: The page tables, from vpasid_hwpt_alloc().
 *
 * This is VFIO_DEVICE_ATTACH_IOMMUFD_PT with VFIO_DEVICE_ATTACH_PASID. If another address space is
 * attached to @pasid, the kernel replaces it, as vpasid_replace() does: the caller must know which
 * of its PASIDs are in use.
 *
 * All functions of an IOMMU group share the attachment.
 *
 * Success doesn't prove that the function can use the PASID. The kernel (7.3) also succeeds for a
 * function without PASID, for which it does nothing, and for a function whose PASID it couldn't
 * enable. Call vpasid_query_bound() first.
 *
 * Return: 0, or
 *	-EOPNOTSUPP	attaching PASIDs isn't supported; vpasid_attach_why() describes the reason:
 *			@device_fd was opened through its group, or isn't a VFIO device; the kernel
 *			is older than 6.15; or the driver of the device or of the IOMMU doesn't
 *			attach PASIDs,
 *	-EINVAL		@pasid is 0, or beyond what the IOMMU supports for the function; @hwpt_id
 *			wasn't allocated for PASIDs or for this IOMMU; DMA without a PASID is
 *			attached to page tables that weren't allocated for PASIDs; another function
 *			of the group has another address space at @pasid; or @device_fd isn't bound
 *			to an iommufd,
 *	-ENOENT		@hwpt_id doesn't exist,
 *	-EBUSY		a function of the group is being reset: try again; or the kernel has taken
 *			over the function's translation tables from a kernel that crashed.
 */
VPASID_API int vpasid_attach(int device_fd, uint32_t pasid, uint32_t hwpt_id);

/**
 * vpasid_replace() - replace the address space of a PASID
 * @device_fd: An open /dev/vfio/devices/vfioN that is bound to an iommufd.
 * @pasid: The PASID, within the same limits as for vpasid_attach().
 * @hwpt_id: The page tables of the new address space, from vpasid_hwpt_alloc().
 *
 * This is the same ioctl as vpasid_attach(). The PASID is never detached in between, and if the
 * function fails, the previous attachment remains. If nothing was attached, the kernel attaches
 * @hwpt_id without an error.
 *
 * Return: as for vpasid_attach().
 */
VPASID_API int vpasid_replace(int device_fd, uint32_t pasid, uint32_t hwpt_id);

/**
 * vpasid_detach() - detach the address space of a PASID
 * @device_fd: An open /dev/vfio/devices/vfioN that is bound to an iommufd.
 * @pasid: The PASID: 1 to 2^20 - 1.
 *
 * This is VFIO_DEVICE_DETACH_IOMMUFD_PT with VFIO_DEVICE_DETACH_PASID. Afterwards, the IOMMU blocks
 * DMA with this PASID. It isn't an error if nothing is attached.
 *
 * Return: 0, or
 *	-EOPNOTSUPP	as for vpasid_attach(),
 *	-EINVAL		@pasid is 0 or more than 2^20 - 1, or @device_fd isn't bound to an iommufd.
 */
VPASID_API int vpasid_detach(int device_fd, uint32_t pasid);

/**
 * vpasid_destroy() - destroy what was allocated (IOMMU_DESTROY)
 * @iommufd: An open /dev/iommu.
 * @id: The ID of an address space (IOAS) or of page tables (HWPT).
 *
 * Return: 0, or
 *	-EOPNOTSUPP	@iommufd isn't an iommufd,
 *	-EBUSY		it is attached to a device, or something was allocated from it,
 *	-ENOENT		@id doesn't exist.
 */
VPASID_API int vpasid_destroy(int iommufd, uint32_t id);

/**
 * vpasid_attach_supported() - check whether the kernel and the driver attach PASIDs of this device
 * @device_fd: An open /dev/vfio/devices/vfioN that is bound to an iommufd.
 *
 * This changes nothing: the function tries to attach page tables that can't exist. It doesn't check
 * the function and the IOMMU's driver; vpasid_query_bound() does.
 *
 * Return: 0 if they do, or
 *	-EOPNOTSUPP	they don't; see vpasid_attach(),
 *	-EINVAL		@device_fd isn't bound to an iommufd.
 */
VPASID_API int vpasid_attach_supported(int device_fd);

/**
 * enum vpasid_attach_step - one of the functions above
 * @VPASID_STEP_IOAS: vpasid_ioas_alloc()
 * @VPASID_STEP_HWPT: vpasid_hwpt_alloc()
 * @VPASID_STEP_ATTACH: vpasid_attach() or vpasid_attach_supported()
 * @VPASID_STEP_REPLACE: vpasid_replace()
 * @VPASID_STEP_DETACH: vpasid_detach()
 * @VPASID_STEP_DESTROY: vpasid_destroy()
 */
enum vpasid_attach_step {
	VPASID_STEP_IOAS = 1,
	VPASID_STEP_HWPT = 2,
	VPASID_STEP_ATTACH = 3,
	VPASID_STEP_REPLACE = 4,
	VPASID_STEP_DETACH = 5,
	VPASID_STEP_DESTROY = 6,
};

/**
 * vpasid_attach_why() - describe an error of these functions
 * @device_fd: The device. If an error has several possible reasons, the function may query the
 *	kernel about the device to distinguish them. -1 if there is no device.
 * @step: The function that returned the error: enum vpasid_attach_step.
 * @error: The negative errno that it returned.
 *
 * Return: a static string, without a full stop, as in "the kernel is older than 6.15, and doesn't
 *	support attaching PASIDs": the problem and, if there is one, a solution. For an error that
 *	isn't listed above, strerror(3) describes it better.
 */
VPASID_API const char *vpasid_attach_why(int device_fd, unsigned int step, int error);

VPASID_END_DECLS

#endif /* VPASID_ATTACH_H */
