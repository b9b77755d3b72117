/* SPDX-License-Identifier: MIT */
/*
 * What attach.c and attach_why.c share.
 */
#ifndef ATTACH_INTERNAL_H
#define ATTACH_INTERNAL_H

/* Whether PASIDs can be attached, and if not, why. */
enum attach_support {
	ATTACH_SUPPORTED = 0,
	ATTACH_NO_CDEV,	   /* the device was opened by its group, or isn't a VFIO device */
	ATTACH_OLD_KERNEL, /* the kernel is older than 6.15 */
	ATTACH_NO_DRIVER,  /* the device's driver can't do it */
};

/* Asks the kernel. Returns enum attach_support, or a negative errno. */
int vpasid_attach_support(int device_fd);

#endif /* ATTACH_INTERNAL_H */
