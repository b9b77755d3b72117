/* SPDX-License-Identifier: MIT */
/*
 * What attach.c and attach_why.c share.
 */
#ifndef ATTACH_INTERNAL_H
#define ATTACH_INTERNAL_H

/* Whether kernel and driver attach PASIDs, and if not, which of them doesn't. */
enum attach_support {
	ATTACH_SUPPORTED = 0,
	ATTACH_NO_CDEV,	   /* opened by its group, or no VFIO device */
	ATTACH_OLD_KERNEL, /* older than 6.15 */
	ATTACH_NO_DRIVER,  /* has no such operation */
};

/* Returns one of these, or a negative errno. */
int vpasid_attach_support(int device_fd);

#endif /* ATTACH_INTERNAL_H */
