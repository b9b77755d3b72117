/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sizes of BARs. Config space doesn't show them, but MSI-X must fit in.
 */
#ifndef DEVICE_BARS_H
#define DEVICE_BARS_H

#include <linux/pci_regs.h>
#include <stdint.h>

#include <vpasid/config.h>

#include "support/why.h"

struct bars {
	uint64_t sizes[PCI_STD_NUM_BARS];    /* in bytes; 0: there is no such BAR */
	uint32_t address[PCI_STD_NUM_BARS];  /* the address bits of each register */
	uint32_t writable[PCI_STD_NUM_BARS]; /* those that the size leaves to be written */
};

/*
 * Makes the BARs of a config space. @sizes are those that the user has requested; if one is 0, the
 * BAR gets the smallest sufficient size. Returns 0, or -EINVAL with @why.
 */
int bars_init(struct bars *bars, const uint8_t config[VPASID_CONFIG_SIZE],
	      const uint64_t sizes[PCI_STD_NUM_BARS], struct why *why);

/* How many vectors MSI-X has: 0 without the capability. */
unsigned int bars_msix_vectors(const uint8_t config[VPASID_CONFIG_SIZE]);

#endif /* DEVICE_BARS_H */
