/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model from which a function is made: a config space, and properties that it doesn't show.
 */
#ifndef DEVICE_MODEL_H
#define DEVICE_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include <vpasid/info.h>

#include "hardware.h"
#include "pci/bdf.h"
#include "pci/config_space.h"
#include "support/why.h"

struct model {
	struct config_space source;
	struct vpasid_info info; /* VPASID_SOURCE_NONE: nothing is known about PASID */
	uint32_t pri_capacity;	 /* page requests that a VF shares with its PF; 0: none */
	bool pri_takes_pasid;	 /* in responses to them */
	uint64_t bar_sizes[PCI_STD_NUM_BARS];
};

/*
 * Reads the model from the dump @path (lspci -xxxx): the function @bdf; or, if that is NULL,
 * the only one that has an extended config space. Returns 0 or a negative errno with @why.
 */
int model_read_dump(struct model *model, const char *path, const struct bdf *bdf, struct why *why);

/*
 * Sets properties that config space doesn't show, or shows wrongly:
 *
 *	ids	vendor and device ID, such as 8086:0b25: a VF's own read as ones
 *	pasid	the PASID that the host reports, such as 20,exec,priv; a VF has its PF's
 *	pri	how many page requests may be outstanding, 512 or 512,pasid; a VF has its PF's
 *	bar	the size of a BAR, such as 0=64K
 *	vf	it is a virtual function, for quirks; has no value
 *
 * Returns 0, -ENOENT if there is no such @name, or -EINVAL with @why.
 */
int model_set(struct model *model, const char *name, const char *value, struct why *why);

/*
 * Call this after all settings. It fills in the PASID according to config space, as if the host had
 * enabled everything that is supported. Returns 0 or a negative errno with @why.
 */
int model_complete(struct model *model, struct why *why);

#endif /* DEVICE_MODEL_H */
