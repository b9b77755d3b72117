/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of functions, from pci.ids.
 */
#ifndef TOOLS_PCI_NAMES_H
#define TOOLS_PCI_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "support/why.h"

/* Of each name, with the null byte. A name that doesn't fit ends in "...". */
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
};

/* Another file than libpci's own, for tests; NULL otherwise. */
extern const char *names_file;

/*
 * Looks up the names for all @requests. Ask for all at once, since each call reads pci.ids. The
 * words are those of libpci's pci_lookup_name(), with numbers for what pci.ids doesn't have:
 * "Red Hat, Inc. Device fff0". Where the vendor is 0 or 0xffff, the name is "".
 *
 * Returns 0 also if there is no pci.ids; then all names are numbers. They are numbers, too, if it
 * can't be understood, but then this returns a negative errno, with @why.
 */
int names_look_up(const struct names_request *requests, size_t count, struct why *why);

#endif /* TOOLS_PCI_NAMES_H */
