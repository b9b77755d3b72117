/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Config spaces of functions: of a host through sysfs, or out of a dump (dump.h).
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

/* One function. */
struct config_source {
	struct bdf bdf;
	const char *sysfs;	     /* where it was read; NULL: from a dump */
	struct bdf pf;		     /* of a VF in sysfs */
	struct vpasid_device device; /* vendor 0: nothing is known of it */
	char name[128];		     /* from pci.ids, by config_sources_name(); else "" */
	int error; /* 0, or a negative errno with words in @why: @config is of no use */
	struct why why;
	size_t size; /* of @config: that much could be read */
	uint8_t config[VPASID_CONFIG_SIZE];
};

/* The functions in the order in which they were asked for, or stand in the dump. */
struct config_sources {
	struct config_source *functions;
	size_t count;
};

/*
 * Reads each of @bdfs from @sysfs (sysfs.h), which must outlive @sources. What is wrong with one is
 * told in its error. Returns 0 or -ENOMEM with @why.
 */
int config_sources_read_host(const char *sysfs, const struct bdf *bdfs, size_t count,
			     struct config_sources *sources, struct why *why);

/*
 * Reads each of @bdfs, or with @count 0 each function that has an extended config
 * space, out of the file @path, which may be a pipe. Returns 0 or a negative errno with
 * @why. Nothing in the file is trusted.
 *
 * A function whose vendor ID reads as all ones is taken for a VF: a VF's does.
 */
int config_sources_read_dump(const char *path, const struct bdf *bdfs, size_t count,
			     struct config_sources *sources, struct why *why);

/* The same of a dump in memory; @name is for messages. */
int config_sources_read_text(const char *text, size_t length, const char *name,
			     const struct bdf *bdfs, size_t count, struct config_sources *sources,
			     struct why *why);

/*
 * All functions of a dump of which it has any bytes, also those without an extended config
 * space: bridges.
 */
int config_sources_read_machine(const char *path, struct config_sources *sources, struct why *why);
int config_sources_read_machine_text(const char *text, size_t length, const char *name,
				     struct config_sources *sources, struct why *why);

/* Looks up their names. Returns 0, or -EIO with @why if pci.ids can't be understood. */
int config_sources_name(struct config_sources *sources, struct why *why);

void config_sources_free(struct config_sources *sources);

/* Whether the IDs are known: those in a VF's own config space are all ones. */
bool config_source_has_ids(const struct config_source *source);

#endif /* TOOLS_PCI_CONFIG_SPACE_H */
