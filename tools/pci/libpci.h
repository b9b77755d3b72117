/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libpci, whose errors end the process, made to return them.
 */
#ifndef TOOLS_PCI_LIBPCI_H
#define TOOLS_PCI_LIBPCI_H

#include <pci/pci.h>

#include "support/why.h"

/*
 * Starts an access by @method (PCI_ACCESS_*), with its parameter @parameter set to
 * @value, has @work use it, and ends it. libpci's warnings are swallowed; its first error
 * ends @work where it is, so that @work must own nothing that would be missed.
 *
 * Returns 0, or -EIO with @why. Neither thread-safe nor to be used within @work.
 */
int libpci_run(unsigned int method, const char *parameter, const char *value,
	       void (*work)(struct pci_access *access, void *opaque), void *opaque,
	       struct why *why);

#endif /* TOOLS_PCI_LIBPCI_H */
