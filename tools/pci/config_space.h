/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The config space of a function, by its file in sysfs or out of a dump.
 */
#ifndef TOOLS_PCI_CONFIG_SPACE_H
#define TOOLS_PCI_CONFIG_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vpasid/config.h>
#include <vpasid/quirks.h>

#include "pci/bdf.h"
#include "support/why.h"

struct dump_function;

struct config_space {
	struct bdf bdf;
	bool is_dumped;		     /* it is of a dump, not of sysfs */
	struct vpasid_device device; /* vendor 0: nothing is known of it */
	bool is_bridge;		     /* the function is one, so that no VM is given it */
	int error;		     /* 0, or a negative errno with @why: it is not whole */
	struct why why;
	size_t size; /* of @config: that much could be read */
	uint8_t config[VPASID_CONFIG_SIZE];
};

/*
 * Fills in the content of @space, whose bdf is set, from @sysfs (sysfs.h); as much as can
 * be had also if it fails. Returns its error:
 *
 *	-EACCES	only root may read enough of it,
 *	-ENXIO	it has no extended config space,
 *	-errno	of opening or reading the file.
 */
int config_space_read(const char *sysfs, struct config_space *space);

/*
 * Fills in all of @space from a function of a dump. One whose vendor ID reads as all ones,
 * and its command register doesn't, is a VF. Returns its error; -ENXIO: the dump has less
 * than a whole config space of it.
 */
int config_space_take(const struct dump_function *dumped, struct config_space *space);

/* Whether the IDs are known: those in a VF's own config space are all ones. */
bool config_space_has_ids(const struct config_space *space);

/*
 * Whether nobody answers: all registers are ones, of which these are looked at. A VF's vendor
 * ID is all ones, its command register isn't.
 */
bool config_space_is_absent(const struct config_space *space);

#endif /* TOOLS_PCI_CONFIG_SPACE_H */
