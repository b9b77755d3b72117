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

/* Descriptors, owned by the caller until vfio_close(); -1 if not open. */
struct vfio {
	const struct vfio_way *way; /* by which it was opened */
	int device;		    /* to be used like any VFIO device */
	int group;		    /* /dev/vfio/N */
	int context;		    /* what it is attached to: a container or an iommufd */
	uint32_t dev_id;	    /* its name there, if that is an iommufd */
};

/*
 * vfio_open() - open a function that is bound to a VFIO driver
 * @function: The function, as pci_function_read() found it.
 * @vf_token: NULL, or the VF token (a UUID) for a PF or VF that requires one; any other function is
 *	opened without it. If a PF is opened while none of its VFs is in use, this becomes the token
 *	of its VFs.
 * @vfio: Filled in on success.
 * @why: On error, says what is wrong, and what to do; may be NULL.
 *
 * It is opened by its VFIO character device and an iommufd if the kernel has them and we have
 * permission, else by its group and a container. VFIO resets a function when it is opened.
 *
 * Return: 0, or
 *	-ENOSYS	no VFIO on this host,
 *	-ENXIO	not bound to a VFIO driver, or without an IOMMU,
 *	-EACCES	no permission, or the VF token is missing or wrong,
 *	-EBUSY	another process has it open,
 *	-EPERM	another function of its group is used by the host (not viable), or the
 *		IOMMU doesn't remap interrupts,
 *	-errno	any other error of the kernel.
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
 * Reads the function's whole config space as VFIO shows it. Returns 0; -ENXIO with @why if there is
 * no extended part; or another negative errno with @why.
 */
int vfio_read_config(const struct vfio *vfio, uint8_t config[VFIO_CONFIG_SIZE], struct why *why);

/* A way to open a function that is bound to a VFIO driver. */
struct vfio_way {
	const char *name; /* what it opens: "its group and a container" */

	/* The function's file in /dev, which may not exist. */
	struct path (*node)(const struct pci_function *function);

	/* Whether @node, and everything else that it requires, exists. */
	bool (*exists)(const char *node);

	/* Says why this way failed or isn't available. Returns a negative errno. */
	int (*explain_missing)(const struct pci_function *function, struct why *why);

	/* As vfio_open(), but after an error the caller closes what is open by vfio_close(). */
	int (*open)(const struct pci_function *function, const char *node, const char *vf_token,
		    struct vfio *vfio, struct why *why);
};

extern const struct vfio_way vfio_cdev_way, vfio_group_way;

#endif /* TOOLS_VFIO_VFIO_H */
