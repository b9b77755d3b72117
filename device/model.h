/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a function is made of: a config space, and what a config space doesn't tell.
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
	struct config_source source;
	struct vpasid_info info; /* VPASID_SOURCE_NONE: nothing is known of PASID */
	uint64_t bar_sizes[PCI_STD_NUM_BARS];
};

/*
 * Reads it from the dump @path (lspci -xxxx): the function @bdf, or with NULL the only one
 * that has an extended config space. Returns 0 or a negative errno with @why.
 */
int model_read_dump(struct model *model, const char *path, const struct bdf *bdf, struct why *why);

/*
 * Sets what isn't in the config space, or isn't right there:
 *
 *	ids	8086:0b25, the vendor and device ID: a VF's own read as ones
 *	pasid	20,exec,priv, what the host says of its PASID; of a VF, of its PF's
 *	bar	0=64K, a BAR's size
 *	vf	what quirks of virtual functions are for; without a value
 *
 * Returns 0, -ENOENT if there is no such @name, or -EINVAL with @why.
 */
int model_set(struct model *model, const char *name, const char *value, struct why *why);

/*
 * Fills in, when all is set, what the config space tells: the PASID that its capability
 * says, as if the host had all of it switched on. Returns 0 or a negative errno with @why.
 */
int model_complete(struct model *model, struct why *why);

#endif /* DEVICE_MODEL_H */
