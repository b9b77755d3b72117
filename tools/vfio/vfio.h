/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens a PCI function through VFIO, by its BDF.
 */
#ifndef TOOLS_VFIO_VFIO_H
#define TOOLS_VFIO_VFIO_H

#include <stdbool.h>
#include <stdint.h>

#include "pci/bdf.h"
#include "pci/function.h"
#include "support/why.h"

/* Descriptors, all the caller's until vfio_close(); -1 for one that isn't there. */
struct vfio {
	int device;	 /* to be used like any VFIO device */
	int group;	 /* /dev/vfio/N */
	int context;	 /* what the device is attached to: a container or an iommufd */
	uint32_t dev_id; /* its name there, if that is an iommufd */
};

/*
 * vfio_open() - open a function that is bound to a driver of VFIO's
 * @bdf: The function.
 * @vf_token: NULL, or the VF token (a UUID) for a PF or VF that takes one; any
 *	other function is opened without it. A PF which no VF is in use of makes
 *	it the token of its VFs.
 * @vfio: Filled in on success.
 * @why: Says on error what is wrong, and what to do; or NULL.
 *
 * By the VFIO character device and an iommufd where the kernel has them, else by
 * the group and a container. VFIO resets a function that it opens.
 *
 * Return: 0, or
 *	-ENODEV	no such function, or no VFIO on this host,
 *	-ENXIO	not bound to a driver of VFIO's, or without an IOMMU,
 *	-EACCES	no permission, or the VF token is missing or wrong,
 *	-EBUSY	another process has it open,
 *	-EPERM	another function of its group is used by the host (not viable),
 *	-errno	what else the kernel said.
 */
int vfio_open(const struct bdf *bdf, const char *vf_token, struct vfio *vfio, struct why *why);

void vfio_close(struct vfio *vfio);

/* The iommufd that it is bound to; -1 if it was opened by its group. */
int vfio_iommufd(const struct vfio *vfio);

/* Says why a function that was opened by its group wasn't by a character device. */
void vfio_explain_no_cdev(const struct pci_function *function, struct why *why);

/* Says what this host lacks for VFIO. Returns 0 if there is nothing, or -ENODEV. */
int vfio_check_host(struct why *why);

/*
 * Whether some process uses a function by VFIO, or its group, so that taking the
 * function from its driver would wait for that process. Returns 0 or -EBUSY.
 */
int vfio_check_unused(const struct pci_function *function, struct why *why);

/* Drivers which leave DMA to others don't stand in VFIO's way; nor does "", none. */
bool vfio_is_harmless(const char *driver);

/* Tells of a function without an IOMMU group, which VFIO doesn't take. Returns -ENXIO. */
int vfio_explain_no_group(struct why *why);

#endif /* TOOLS_VFIO_VFIO_H */
