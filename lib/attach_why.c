// SPDX-License-Identifier: MIT
/* The errors of attach.h in words. */
#include <errno.h>
#include <stddef.h>

#include <vpasid/attach.h>

#include "attach_internal.h"

#define NO_IOMMUFD "this isn't an iommufd: it has to be an open /dev/iommu"
#define NO_DEVICE  "no such device is bound to the iommufd: pass VFIO's out_devid"
#define ANY_STEP   0

/* What an error of one function means. vpasid_replace() has those of vpasid_attach(). */
struct meaning {
	unsigned int step;
	int error;
	const char *text;
};

static const struct meaning meanings[] = {
	{ VPASID_STEP_IOAS, -EOPNOTSUPP, NO_IOMMUFD },
	{ VPASID_STEP_HWPT, -EOPNOTSUPP,
	  "page tables for PASIDs can't be allocated: the kernel is older than 6.13, or the IOMMU "
	  "or its driver doesn't support PASIDs" },
	{ VPASID_STEP_HWPT, -ENOENT, NO_DEVICE },
	{ VPASID_STEP_HWPT, -EINVAL,
	  "no such address space: pass an IOAS, or an HWPT that was allocated as a parent" },
	{ VPASID_STEP_HWPT, -EADDRINUSE,
	  "the address space has mappings in a range that is reserved for this device" },
	{ VPASID_STEP_ATTACH, -EOPNOTSUPP,
	  "the driver of the device or of the IOMMU doesn't support attaching PASIDs" },
	{ VPASID_STEP_ATTACH, -EINVAL,
	  "the PASID is 0, or beyond the IOMMU's limit for this function; or the page tables, or "
	  "those for DMA without a PASID, weren't allocated for PASIDs" },
	{ VPASID_STEP_ATTACH, -ENOENT,
	  "no such page tables: pass the ID from vpasid_hwpt_alloc()" },
	{ VPASID_STEP_ATTACH, -EBUSY,
	  "a function of its IOMMU group is being reset: try again; or this is a crash kernel that "
	  "took over the IOMMU's tables" },
	{ VPASID_STEP_DETACH, -EOPNOTSUPP,
	  "the driver of the device doesn't support detaching PASIDs" },
	{ VPASID_STEP_DETACH, -EINVAL,
	  "the PASID is 0 or has more than 20 bits, or the device isn't bound to an iommufd" },
	{ VPASID_STEP_DESTROY, -EOPNOTSUPP, NO_IOMMUFD },
	{ VPASID_STEP_DESTROY, -EBUSY,
	  "it is in use: first detach it, and destroy the objects that were allocated from it" },
	{ VPASID_STEP_DESTROY, -ENOENT, "no such object" },
	{ ANY_STEP, -EBADF, "the file isn't open" },
	{ ANY_STEP, -ENODEV, "the device has been removed, or has no IOMMU" },
	{ ANY_STEP, -ENOMEM, "the kernel is out of memory" },
};

static const char *look_up(unsigned int step, int error)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (meanings[i].step == step && meanings[i].error == error)
			return meanings[i].text;
	return NULL;
}

static const char *no_support(int device_fd)
{
	switch (vpasid_attach_support(device_fd)) {
	case ATTACH_NO_CDEV:
		return "the device was opened by its group, or isn't a VFIO device: attaching "
		       "PASIDs requires opening it through /dev/vfio/devices/, on a kernel with "
		       "CONFIG_IOMMUFD and CONFIG_VFIO_DEVICE_CDEV";
	case ATTACH_OLD_KERNEL:
		return "the kernel is older than 6.15, and doesn't support attaching PASIDs";
	case ATTACH_NO_DRIVER:
		return "the driver of the device doesn't support attaching PASIDs: vfio-pci of "
		       "Linux 6.15 and pasid_vfio_pci do";
	case ATTACH_SUPPORTED:
		return "the driver of the IOMMU doesn't support attaching PASIDs: up to Linux 7.3, "
		       "AMD's supports them only for SVA";
	default:
		return NULL;
	}
}

static const char *not_bound(int device_fd)
{
	return vpasid_attach_support(device_fd) == -EINVAL
		       ? "the device isn't bound to an iommufd yet (VFIO_DEVICE_BIND_IOMMUFD)"
		       : NULL;
}

const char *vpasid_attach_why(int device_fd, unsigned int step, int error)
{
	const char *text = NULL;

	if (step == VPASID_STEP_REPLACE)
		step = VPASID_STEP_ATTACH;
	if (step == VPASID_STEP_ATTACH || step == VPASID_STEP_DETACH) {
		if (error == -EOPNOTSUPP)
			text = no_support(device_fd);
		else if (error == -EINVAL)
			text = not_bound(device_fd);
	}
	if (!text)
		text = look_up(step, error);
	if (!text)
		text = look_up(ANY_STEP, error);
	return text ? text : "unknown reason: see the kernel's log";
}
