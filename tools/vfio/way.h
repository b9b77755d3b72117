/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ways to open a function that is bound to a VFIO driver.
 */
#ifndef TOOLS_VFIO_WAY_H
#define TOOLS_VFIO_WAY_H

#include <stdbool.h>

#include "pci/function.h"
#include "support/why.h"
#include "vfio/vfio.h"

struct vfio_way {
	const char *name; /* what it opens: "its group and a container" */

	/* Whether the files for it are there. */
	bool (*exists)(const struct pci_function *function);

	/* Says why this way wasn't taken, or couldn't be. Returns a negative errno. */
	int (*explain_missing)(const struct pci_function *function, struct why *why);

	/* As vfio_open(), but what is open after an error is for vfio_close(). */
	int (*open)(const struct pci_function *function, const char *vf_token, struct vfio *vfio,
		    struct why *why);
};

extern const struct vfio_way vfio_cdev_way, vfio_group_way;

#endif /* TOOLS_VFIO_WAY_H */
