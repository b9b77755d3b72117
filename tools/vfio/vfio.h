/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens a PCI function through VFIO.
 */
#ifndef TOOLS_VFIO_VFIO_H
#define TOOLS_VFIO_VFIO_H

#include <stdbool.h>
#include <stdint.h>

#include "pci/function.h"
#include "support/sysfs.h"
#include "support/why.h"

/* The project's own driver. */
#define PASID_DRIVER "pasid_vfio_pci"

struct vfio_way;

/* Descriptors, all the caller's until vfio_close(); -1 for one that isn't there. */
struct vfio {
	const struct vfio_way *way; /* that it was opened by */
	int device;		    /* to be used like any VFIO device */
	int group;		    /* /dev/vfio/N */
	int context;		    /* what it is attached to: a container or an iommufd */
	uint32_t dev_id;	    /* its name there, if that is an iommufd */
};

/*
 * vfio_open() - open a function that is bound to a VFIO driver
 * @function: The function, as pci_function_read() found it.
 * @vf_token: NULL, or the VF token (a UUID) for a PF or VF that takes one; any
 *	other function is opened without it. If a PF is opened while none of
 *	its VFs is in use, this becomes the token of its VFs.
 * @vfio: Filled in on success.
 * @why: Says on error what is wrong, and what to do; may be NULL.
 *
 * It is opened by its VFIO character device and an iommufd where the kernel has them
 * and we may open them, else by its group and a container. VFIO resets a function that
 * it opens.
 *
 * Return: 0, or
 *	-ENOSYS	no VFIO on this host,
 *	-ENXIO	not bound to a VFIO driver, or without an IOMMU,
 *	-EACCES	no permission, or the VF token is missing or wrong,
 *	-EBUSY	another process has it open,
 *	-EPERM	another function of its group is used by the host (not viable), or the
 *		IOMMU doesn't remap interrupts,
 *	-errno	what else the kernel said.
 */
int vfio_open(const struct pci_function *function, const char *vf_token, struct vfio *vfio,
	      struct why *why);

void vfio_close(struct vfio *vfio);

/* The iommufd that it is bound to; -1 if it was opened by its group. */
int vfio_iommufd(const struct vfio *vfio);

/*
 * Attaches the function's DMA without a PASID to page tables of the iommufd that it is bound to,
 * in place of what was attached before. Returns 0 or a negative errno.
 */
int vfio_attach(const struct vfio *vfio, uint32_t hwpt_id);

#define VFIO_CONFIG_SIZE 0x1000 /* with the extended part */

/*
 * Reads all of what VFIO shows of the function's config space. Returns 0; -ENXIO with @why if
 * there is no extended part; or another negative errno with @why.
 */
int vfio_read_config(const struct vfio *vfio, uint8_t config[VFIO_CONFIG_SIZE], struct why *why);

/* A way to open a function that is bound to a VFIO driver. */
struct vfio_way {
	const char *name; /* what it opens: "its group and a container" */

	/* The function's file in /dev, which may not be there. */
	struct path (*node)(const struct pci_function *function);

	/* Whether @node, and whatever else is needed, is there. */
	bool (*exists)(const char *node);

	/* Says why this way wasn't taken, or couldn't be. Returns a negative errno. */
	int (*explain_missing)(const struct pci_function *function, struct why *why);

	/* As vfio_open(), but after an error the caller closes what is open by vfio_close(). */
	int (*open)(const struct pci_function *function, const char *node, const char *vf_token,
		    struct vfio *vfio, struct why *why);
};

extern const struct vfio_way vfio_cdev_way, vfio_group_way;

#endif /* TOOLS_VFIO_VFIO_H */
