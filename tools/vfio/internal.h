/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of vfio_open() share.
 */
#ifndef TOOLS_VFIO_INTERNAL_H
#define TOOLS_VFIO_INTERNAL_H

#include <stdbool.h>

#include "pci/function.h"
#include "support/sysfs.h"
#include "support/why.h"
#include "vfio/vfio.h"

#define IOMMUFD "/dev/iommu"

/* The two ways; each as vfio_open(), for a function that is bound to VFIO. */
int vfio_group_open(const struct pci_function *function, const char *vf_token, struct vfio *vfio,
		    struct why *why);
int vfio_cdev_open(const struct pci_function *function, const char *vf_token, struct vfio *vfio,
		   struct why *why);

/* Whether there is a VFIO character device for it, and an iommufd. */
bool vfio_cdev_exists(const struct pci_function *function);

/* The files that stand for a function. */
struct path vfio_group_node(const struct pci_function *function);
struct path vfio_cdev_node(const struct pci_function *function);

/* What all say in the same words: each sets @why and returns an error. */
int vfio_explain_not_bound(const struct pci_function *function, struct why *why);
int vfio_explain_node(int error, const char *node, struct why *why);
int vfio_explain_busy(const struct pci_function *function, struct why *why);
int vfio_explain_token(const struct pci_function *function, const char *vf_token, struct why *why);
int vfio_explain_viable(const struct pci_function *function, struct why *why);

#endif /* TOOLS_VFIO_INTERNAL_H */
