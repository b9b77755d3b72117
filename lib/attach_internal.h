/* SPDX-License-Identifier: MIT */
/*
 * What attach.c has for attach_why.c and query.c.
 */
#ifndef ATTACH_INTERNAL_H
#define ATTACH_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

/* Whether PASIDs can be attached, and if not, why. */
enum attach_support {
	ATTACH_SUPPORTED = 0,
	ATTACH_NO_CDEV,	   /* the device was opened by its group, or isn't a VFIO device */
	ATTACH_OLD_KERNEL, /* the kernel is older than 6.15 */
	ATTACH_NO_DRIVER,  /* the device's driver can't do it */
};

/* Asks the kernel. Returns enum attach_support, or a negative errno. */
int vpasid_attach_support(int device_fd);

/*
 * Whether the driver of a device with PASID, or that of its IOMMU, refuses to attach any.
 * Asks the kernel, and attaches nothing. Of a kernel that can't attach PASIDs at all it is
 * false.
 */
bool vpasid_attach_refused(int device_fd, int iommufd, uint32_t dev_id);

#endif /* ATTACH_INTERNAL_H */
