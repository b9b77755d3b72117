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
 * Each function here is one ioctl of iommufd or VFIO, with its arguments checked and
 * its errors told apart. They need Linux 6.15 with CONFIG_IOMMUFD and
 * CONFIG_VFIO_DEVICE_CDEV, but no headers of that kernel.
 *
 *	vpasid_ioas_alloc(iommufd, &ioas);		// an empty address space
 *	vpasid_hwpt_alloc(iommufd, dev_id, ioas, &hwpt);// page tables for it
 *	vpasid_attach(device_fd, 42, hwpt);		// DMA with PASID 42 goes there
 *	...
 *	vpasid_detach(device_fd, 42);
 *	vpasid_destroy(iommufd, hwpt);
 *	vpasid_destroy(iommufd, ioas);
 *
 * iommufd is an open /dev/iommu. device_fd is an open /dev/vfio/devices/vfioN that is
 * bound to it by VFIO_DEVICE_BIND_IOMMUFD, which also gives dev_id. The caller keeps both
 * files. IOMMU_IOAS_MAP puts memory into the address space.
 *
 * All functions are thread-safe, allocate no memory and keep no state. What the kernel
 * keeps goes away with the two files: closing device_fd detaches its PASIDs, closing
 * iommufd destroys what was allocated.
 *
 * Besides the errors that are listed, each function returns as a negative errno whatever
 * else ioctl(2) fails with: -EBADF, -ENOMEM, -ENODEV if the device is gone.
 */

/**
 * vpasid_ioas_alloc() - allocate an empty address space (IOMMU_IOAS_ALLOC)
 * @iommufd: An open /dev/iommu.
 * @ioas_id: Filled in on success with the address space's ID.
 *
 * vpasid_destroy() destroys it, after all page tables that were made of it.
 *
 * Return: 0, or
 *	-EOPNOTSUPP	@iommufd isn't an iommufd,
 *	-EINVAL		@ioas_id is NULL.
 */
VPASID_API int vpasid_ioas_alloc(int iommufd, uint32_t *ioas_id);

/**
 * vpasid_hwpt_alloc() - allocate page tables that can be attached to PASIDs
 * @iommufd: An open /dev/iommu.
 * @dev_id: A device that is bound to @iommufd. The page tables are for this device, and
 *	for others behind the same IOMMU.
 * @ioas_id: The address space, or an HWPT that was made to be a parent.
 * @hwpt_id: Filled in on success with the ID of the page tables (HWPT).
 *
 * This is IOMMU_HWPT_ALLOC with IOMMU_HWPT_ALLOC_PASID. Page tables without that flag
 * can't be attached to a PASID. Those that the kernel makes by itself when an IOAS is
 * attached don't have it. DMA without a PASID needs page tables with this flag, too, if
 * it is attached to any: use VFIO_DEVICE_ATTACH_IOMMUFD_PT with @hwpt_id, not with an
 * IOAS.
 *
 * Return: 0, or
 *	-EOPNOTSUPP	the kernel doesn't know the flag (before 6.13), the IOMMU or its
 *			driver has no PASIDs, or @iommufd isn't an iommufd,
 *	-ENOENT		no device @dev_id is bound to @iommufd,
 *	-EINVAL		@ioas_id is neither an IOAS nor a parent; or @hwpt_id is NULL,
 *	-EADDRINUSE	the IOAS has mappings where this device can't have any.
 */
VPASID_API int vpasid_hwpt_alloc(int iommufd, uint32_t dev_id, uint32_t ioas_id, uint32_t *hwpt_id);

/**
 * vpasid_attach() - let DMA with a PASID go to an address space
 * @device_fd: An open /dev/vfio/devices/vfioN that is bound to an iommufd.
 * @pasid: The PASID: 1 to 2^20 - 1, and below 2 to the power of
 *	vpasid_info_usable_width(). PASID 0 is refused: to the kernel it is DMA without a
 *	PASID, and this function isn't for that.
 * @hwpt_id: The page tables, from vpasid_hwpt_alloc().
 *
 * This is VFIO_DEVICE_ATTACH_IOMMUFD_PT with VFIO_DEVICE_ATTACH_PASID. If something else
 * is attached to @pasid, the kernel replaces it, as vpasid_replace() does: the caller has
 * to know which of its PASIDs are in use.
 *
 * All functions of an IOMMU group share the attachment.
 *
 * Success doesn't prove that the function can use the PASID. The kernel (7.3) also
 * succeeds for a function without PASID, where it has nothing to do, and for one whose
 * PASID it couldn't enable. Ask vpasid_query_bound() first.
 *
 * Return: 0, or
 *	-EOPNOTSUPP	PASIDs can't be attached here; vpasid_attach_why() tells why:
 *			@device_fd was opened by its group, or isn't a VFIO device; the
 *			kernel is older than 6.15; or the driver of the device or of the
 *			IOMMU doesn't attach PASIDs,
 *	-EINVAL		@pasid is 0, or beyond what the IOMMU gives the function; @hwpt_id
 *			wasn't made for PASIDs or for this IOMMU; DMA without a PASID is
 *			attached to page tables that weren't made for PASIDs; another
 *			function of the group has something else at @pasid; or @device_fd
 *			isn't bound to an iommufd,
 *	-ENOENT		there is no @hwpt_id,
 *	-EBUSY		a function of the group is being reset: try again; or the kernel
 *			has taken over the function's tables from one that crashed.
 */
VPASID_API int vpasid_attach(int device_fd, uint32_t pasid, uint32_t hwpt_id);

/**
 * vpasid_replace() - give a PASID another address space
 * @device_fd: An open /dev/vfio/devices/vfioN that is bound to an iommufd.
 * @pasid: The PASID, within the same limits as for vpasid_attach().
 * @hwpt_id: The page tables of the new address space, from vpasid_hwpt_alloc().
 *
 * This is the same ioctl as vpasid_attach(). There is no moment at which nothing is
 * attached, and if it fails, what was attached stays attached. If nothing was attached,
 * the kernel attaches @hwpt_id and doesn't complain.
 *
 * Return: as for vpasid_attach().
 */
VPASID_API int vpasid_replace(int device_fd, uint32_t pasid, uint32_t hwpt_id);

/**
 * vpasid_detach() - let DMA with a PASID be refused
 * @device_fd: An open /dev/vfio/devices/vfioN that is bound to an iommufd.
 * @pasid: The PASID: 1 to 2^20 - 1.
 *
 * This is VFIO_DEVICE_DETACH_IOMMUFD_PT with VFIO_DEVICE_DETACH_PASID. It isn't an error
 * if nothing is attached.
 *
 * Return: 0, or
 *	-EOPNOTSUPP	as for vpasid_attach(),
 *	-EINVAL		@pasid is 0 or wider than a PASID, or @device_fd isn't bound to
 *			an iommufd.
 */
VPASID_API int vpasid_detach(int device_fd, uint32_t pasid);

/**
 * vpasid_destroy() - destroy what was allocated (IOMMU_DESTROY)
 * @iommufd: An open /dev/iommu.
 * @id: The ID of an address space (IOAS) or of page tables (HWPT).
 *
 * Return: 0, or
 *	-EOPNOTSUPP	@iommufd isn't an iommufd,
 *	-EBUSY		it is attached somewhere, or something was made of it,
 *	-ENOENT		there is no @id.
 */
VPASID_API int vpasid_destroy(int iommufd, uint32_t id);

/**
 * vpasid_attach_supported() - do kernel and driver attach PASIDs of this device?
 * @device_fd: An open /dev/vfio/devices/vfioN that is bound to an iommufd.
 *
 * This changes nothing: it asks the kernel to attach page tables that can't exist. It
 * tells nothing about the function and the IOMMU's driver; vpasid_query_bound() does.
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
 * vpasid_attach_why() - tell what an error of these functions means
 * @device_fd: The device. If an error has several reasons, the kernel may be asked about
 *	the device to tell which it is. -1 if there is no device at hand.
 * @step: The function that returned the error: enum vpasid_attach_step.
 * @error: The negative errno that it returned.
 *
 * Return: a static string, without a full stop, as in "the kernel is older than 6.15, and doesn't
 *	support attaching PASIDs": what is wrong and, where something helps, what to do. For
 *	an error that no function above lists, strerror(3) says more.
 */
VPASID_API const char *vpasid_attach_why(int device_fd, unsigned int step, int error);

VPASID_END_DECLS

#endif /* VPASID_ATTACH_H */
