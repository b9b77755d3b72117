/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The config space of a function, from its file in sysfs or from a dump.
 */
#ifndef TOOLS_PCI_CONFIG_SPACE_H
#define TOOLS_PCI_CONFIG_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <vpasid/config.h>
#include <vpasid/quirks.h>

#include "pci/bdf.h"
#include "support/why.h"

struct dump_function;

struct config_space {
	struct bdf bdf;
	bool is_dumped;		     /* it is from a dump, not from sysfs */
	struct vpasid_device device; /* vendor 0: nothing is known about it */
	bool is_bridge;		     /* the function is a bridge, which can't be assigned to a VM */
	int error;		     /* 0, or a negative errno with @why if it is incomplete */
	struct why why;
	size_t size; /* how many bytes of @config could be read */
	uint8_t config[VPASID_CONFIG_SIZE];
};

/*
 * Fills in the content of @space, whose bdf is set, from @sysfs (see sysfs.h). If that fails,
 * what could be read is filled in nevertheless. Returns the error of @space:
 *
 *	-EACCES	reading enough of it requires root,
 *	-ENXIO	it has no extended config space,
 *	-errno	the file can't be opened or read.
 */
int config_space_read(const char *sysfs, struct config_space *space);

/*
 * Fills in all of @space from a function of a dump. A function whose vendor ID reads as all
 * ones, but whose command register doesn't, is a VF. Returns the error of @space: -ENXIO if the
 * dump has less than a whole config space.
 */
int config_space_take(const struct dump_function *dumped, struct config_space *space);

/* Whether the IDs are known: those in a VF's own config space are all ones. */
bool config_space_has_ids(const struct config_space *space);

/*
 * Whether the function doesn't respond, so that all registers read as ones. This checks a few of
 * them. A VF's vendor ID is all ones, too, but its command register isn't.
 */
bool config_space_is_absent(const struct config_space *space);

/*
 * Copies the file of a config space. Data that identifies the individual device becomes zeros: the
 * number of Device Serial Number, and the contents of VPD's data register.
 */
void config_space_filter(FILE *in, FILE *out);

#endif /* TOOLS_PCI_CONFIG_SPACE_H */
