/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model that a function is made from: a config space, and what that doesn't tell.
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
	struct vpasid_info info; /* VPASID_SOURCE_NONE: nothing is known of PASID */
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
 * Sets what the config space doesn't tell, or tells wrongly:
 *
 *	ids	vendor and device ID, as 8086:0b25: a VF's own read as ones
 *	pasid	what the host says about its PASID, as 20,exec,priv; a VF has its PF's
 *	pri	how many page requests may be outstanding, as 512 or 512,pasid; a VF has its PF's
 *	bar	the size of a BAR, as 0=64K
 *	vf	it is a virtual function, for quirks; has no value
 *
 * Returns 0, -ENOENT if there is no such @name, or -EINVAL with @why.
 */
int model_set(struct model *model, const char *name, const char *value, struct why *why);

/*
 * To be called when all is set: fills in the PASID that the config space tells, as if the
 * host had switched on all of it. Returns 0 or a negative errno with @why.
 */
int model_complete(struct model *model, struct why *why);

#endif /* DEVICE_MODEL_H */
