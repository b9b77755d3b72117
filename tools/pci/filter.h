/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Selects functions as lspci's options -s and -d do.
 */
#ifndef TOOLS_PCI_FILTER_H
#define TOOLS_PCI_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include <pci/pci.h>

#include "pci/bdf.h"
#include "support/why.h"

struct filter {
	struct pci_filter libpci;
};

/*
 * Takes "[[[DOMAIN]:]BUS]:][DEVICE][.[FUNCTION]]" for @slot and "[VENDOR]:[DEVICE][:CLASS]" for
 * @id; either may be NULL, which matches any function. Returns 0, or -EINVAL with @why.
 */
int filter_parse(const char *slot, const char *id, struct filter *filter, struct why *why);

/* @class is base class, sub-class and interface. */
bool filter_matches(const struct filter *filter, const struct bdf *bdf, uint16_t vendor,
		    uint16_t device, uint32_t class);

#endif /* TOOLS_PCI_FILTER_H */
