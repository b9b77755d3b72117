/* SPDX-License-Identifier: MIT */
/*
 * PASIDs put to use: address spaces of an iommufd, attached to PASIDs of a device.
 */
#ifndef VPASID_ATTACH_H
#define VPASID_ATTACH_H

#include <stdint.h>

#include <vpasid/api.h>

VPASID_BEGIN_DECLS

/*
 * Each function here is one ioctl of iommufd or VFIO, with its arguments checked and
 * its errors told apart. It takes Linux 6.15 with CONFIG_IOMMUFD and
 * CONFIG_VFIO_DEVICE_CDEV; no header of that kernel, as the library has what it needs.
 *
 *	vpasid_ioas_alloc(iommufd, &ioas);		// an empty address space
 *	vpasid_hwpt_alloc(iommufd, dev_id, ioas, &hwpt);// page tables for it
 *	vpasid_attach(device_fd, 42, hwpt);		// DMA with PASID 42 goes there
 *	...
 *	vpasid_detach(device_fd, 42);
 *	vpasid_destroy(iommufd, hwpt);
 *	vpasid_destroy(iommufd, ioas);
 *
 * @iommufd is an open /dev/iommu; @device_fd an open /dev/vfio/devices/vfioN that is
 * bound to it (VFIO_DEVICE_BIND_IOMMUFD, which gives @dev_id). All stay the caller's.
 * What goes into the address space, IOMMU_IOAS_MAP puts there.
 *
 * All are thread-safe, allocate nothing and keep no state. What the kernel keeps goes
 * away with the two files: closing @device_fd detaches its PASIDs, closing @iommufd
 * destroys what was allocated.
 *
 * Beside the errors that are listed, each function returns the negative errno of what
 * else ioctl(2) fails with: -EBADF, -ENOMEM, -ENODEV if the device is gone.
 */

/**
 * vpasid_ioas_alloc() - an empty address space (IOMMU_IOAS_ALLOC)
 * @iommufd: See above.
 * @ioas_id: Filled in on success.
 *
 * It goes away with vpasid_destroy(), after all HWPTs that were made of it.
 *
 * Return: 0, or
 *	-EOPNOTSUPP	@iommufd is no iommufd,
 *	-EINVAL		@ioas_id is NULL.
 */
VPASID_API int vpasid_ioas_alloc(int iommufd, uint32_t *ioas_id);

/**
 * vpasid_hwpt_alloc() - page tables that can be attached to PASIDs
 * @iommufd: See above.
 * @dev_id: The device that they are for, and others behind the same IOMMU.
 * @ioas_id: The address space; or an HWPT that was made to be a parent.
 * @hwpt_id: Filled in on success.
 *
 * IOMMU_HWPT_ALLOC with IOMMU_HWPT_ALLOC_PASID. Without that flag, as with those that
 * the kernel makes by itself when an IOAS is attached, there is no attaching to a PASID.
 * What the function does without a PASID needs such an HWPT, too, if it is attached at
 * all: VFIO_DEVICE_ATTACH_IOMMUFD_PT with @hwpt_id, not with an IOAS.
 *
 * Return: 0, or
 *	-EOPNOTSUPP	the kernel doesn't know the flag (before 6.13), the IOMMU or its
 *			driver has no PASIDs, or @iommufd is no iommufd,
 *	-ENOENT		no device @dev_id is bound to @iommufd,
 *	-EINVAL		@ioas_id is neither an IOAS nor a parent; or @hwpt_id is NULL,
 *	-EADDRINUSE	the IOAS has mappings where this device can't have any.
 */
VPASID_API int vpasid_hwpt_alloc(int iommufd, uint32_t dev_id, uint32_t ioas_id, uint32_t *hwpt_id);

/**
 * vpasid_attach() - from now on, DMA with a PASID goes to this address space
 * @device_fd: See above.
 * @pasid: 1 to 2^20 - 1, below 2 to the power of vpasid_info_usable_width(). What the
 *	kernel calls PASID 0 is what the function does without a PASID, which isn't this
 *	function's: it is refused.
 * @hwpt_id: From vpasid_hwpt_alloc().
 *
 * VFIO_DEVICE_ATTACH_IOMMUFD_PT with VFIO_DEVICE_ATTACH_PASID. If something else is
 * attached to @pasid, the kernel replaces it, as vpasid_replace() does: it is for the
 * caller to know which of its PASIDs are taken.
 *
 * All functions of an IOMMU group have the attachment in common.
 *
 * Success doesn't prove that the function can use it. The kernel (7.3) also attaches
 * PASIDs of a function that has no PASID, for which it has nothing to do, and of one
 * whose PASID it couldn't enable. Ask vpasid_query_bound() first.
 *
 * Return: 0, or
 *	-EOPNOTSUPP	it can't be done here at all; vpasid_attach_why() tells which:
 *			@device_fd was opened by its group, or is no VFIO device; the
 *			kernel is older than 6.15; the device's driver, or the IOMMU's,
 *			doesn't attach PASIDs,
 *	-EINVAL		@pasid is 0, or beyond what the IOMMU gives the function; @hwpt_id
 *			wasn't made for PASIDs, or not for this IOMMU; what the function
 *			has attached without a PASID wasn't made for PASIDs; another
 *			function of the group has something else at @pasid; or @device_fd
 *			isn't bound to an iommufd,
 *	-ENOENT		there is no @hwpt_id,
 *	-EBUSY		a function of the group is being reset: try again; or the kernel
 *			has taken over the function's tables from one that crashed.
 */
VPASID_API int vpasid_attach(int device_fd, uint32_t pasid, uint32_t hwpt_id);

/**
 * vpasid_replace() - give a PASID another address space
 * @device_fd: See above.
 * @pasid: As of vpasid_attach().
 * @hwpt_id: The new one, from vpasid_hwpt_alloc().
 *
 * The same ioctl as vpasid_attach(). At no time nothing is attached, and if it fails,
 * what was attached still is. If nothing was, the kernel attaches it and doesn't
 * complain.
 *
 * Return: as vpasid_attach().
 */
VPASID_API int vpasid_replace(int device_fd, uint32_t pasid, uint32_t hwpt_id);

/**
 * vpasid_detach() - from now on, DMA with a PASID is refused
 * @device_fd: See above.
 * @pasid: As of vpasid_attach().
 *
 * VFIO_DEVICE_DETACH_IOMMUFD_PT with VFIO_DEVICE_DETACH_PASID. Nothing to detach is no
 * error.
 *
 * Return: 0, or
 *	-EOPNOTSUPP	as of vpasid_attach(),
 *	-EINVAL		@pasid is 0 or wider than a PASID, or @device_fd isn't bound to
 *			an iommufd.
 */
VPASID_API int vpasid_detach(int device_fd, uint32_t pasid);

/**
 * vpasid_destroy() - destroy what was allocated (IOMMU_DESTROY)
 * @iommufd: See above.
 * @id: An IOAS or HWPT.
 *
 * Return: 0, or
 *	-EOPNOTSUPP	@iommufd is no iommufd,
 *	-EBUSY		it is attached somewhere, or something was made of it,
 *	-ENOENT		there is no @id.
 */
VPASID_API int vpasid_destroy(int iommufd, uint32_t id);

/**
 * vpasid_attach_supported() - do kernel and driver attach PASIDs of this device?
 * @device_fd: See above.
 *
 * Changes nothing: it asks the kernel to attach what can't exist. It says nothing of the
 * function and of the IOMMU; vpasid_query_bound() does.
 *
 * Return: 0 if they do, or
 *	-EOPNOTSUPP	they don't, as of vpasid_attach(),
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
 * vpasid_attach_why() - what an error of these functions means
 * @device_fd: The device, to tell which reason of several it is, where a question to
 *	the kernel can; -1 if there is none at hand.
 * @step: enum vpasid_attach_step: the function that returned it.
 * @error: What it returned.
 *
 * Return: a static string: what is wrong and, where something helps, what to do;
 *	without a full stop, as "the kernel is older than 6.15, and doesn't attach
 *	PASIDs". For an error that no function above lists, strerror(3) says more.
 */
VPASID_API const char *vpasid_attach_why(int device_fd, unsigned int step, int error);

VPASID_END_DECLS

#endif /* VPASID_ATTACH_H */
