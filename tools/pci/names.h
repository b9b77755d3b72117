/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of functions, from pci.ids.
 */
#ifndef TOOLS_PCI_NAMES_H
#define TOOLS_PCI_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/why.h"

/* Of each, with its end: what doesn't fit ends in "...". */
#define NAMES_SIZE 128

/* What is asked for one function, and the answer. */
struct names_request {
	uint16_t vendor, device;
	uint16_t subsystem_vendor, subsystem_device;

	/* Where the names go, or NULL for what isn't asked for. */
	char *name;	      /* of the vendor and the device */
	char *subsystem_name; /* of both of its IDs */
	char *class_name;     /* "Non-Volatile memory controller, NVM Express" */

	uint32_t class; /* base class, sub-class and interface */
	bool is_known;	/* answered: whether pci.ids has both the vendor and the device */
};

/* Another file than libpci's own, for tests; NULL otherwise. */
extern const char *names_file;

/*
 * Looks up all in one go, which takes less than a millisecond. The words are those of libpci's
 * pci_lookup_name(), with numbers for what pci.ids doesn't have: "Red Hat, Inc. Device fff0".
 * A vendor of 0 or 0xffff isn't one, and has the name "".
 *
 * Returns 0. If pci.ids can't be understood, returns a negative errno with @why, and all names
 * are numbers, as they are without a pci.ids.
 */
int names_look_up(struct names_request *requests, size_t count, struct why *why);

#endif /* TOOLS_PCI_NAMES_H */
