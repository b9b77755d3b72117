/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a function can't be opened through VFIO, or unbound from it.
 */
#ifndef TOOLS_VFIO_EXPLAIN_H
#define TOOLS_VFIO_EXPLAIN_H

#include <stdbool.h>

#include "pci/function.h"
#include "support/sysfs.h"
#include "support/why.h"

/* The files that functions are opened by. */
#define VFIO_CONTAINER "/dev/vfio/vfio"
#define VFIO_IOMMUFD   "/dev/iommu"
struct path vfio_group_node(const struct pci_function *function);
struct path vfio_cdev_node(const struct pci_function *function);

/* Says what this host lacks for VFIO. Returns 0 if nothing is missing, or -ENOSYS. */
int vfio_check_host(struct why *why);

/*
 * Whether a process uses a function through VFIO, or its group: unbinding the function from its
 * driver would wait for that process. Returns 0 or -EBUSY.
 */
int vfio_check_unused(const struct pci_function *function, struct why *why);

/*
 * Whether VFIO can use the group of a function with that driver, which isn't a VFIO driver: if
 * there is no driver (""), or one that does no DMA.
 */
bool vfio_is_harmless(const char *driver);

/* Each sets @why and returns a negative errno, as vfio_open() does. */
int vfio_explain_not_bound(const struct pci_function *function, struct why *why);
int vfio_explain_no_group(struct why *why);
int vfio_explain_node(int error, const char *node, struct why *why);
int vfio_explain_busy(const struct pci_function *function, struct why *why);
int vfio_explain_token(const struct pci_function *function, const char *vf_token, struct why *why);
int vfio_explain_viable(const struct pci_function *function, struct why *why);
int vfio_explain_interrupts(struct why *why);

#endif /* TOOLS_VFIO_EXPLAIN_H */
