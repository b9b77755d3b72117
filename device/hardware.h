/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The function that is served, as hardware would be: registers with the values that they
 * have when it is switched on, and what of them a write changes.
 *
 * Writable are the header's registers that an operating system sets, those of Power
 * Management, MSI, MSI-X and PCI Express, and of the extended config space PASID Control
 * alone: the one that no guest may reach.
 */
#ifndef DEVICE_HARDWARE_H
#define DEVICE_HARDWARE_H

#include <stdbool.h>
#include <stdint.h>

#include <vpasid/config.h>

#include "bars.h"
#include "support/why.h"

struct hardware {
	uint8_t power_on[VPASID_CONFIG_SIZE];
	uint8_t now[VPASID_CONFIG_SIZE];
	uint8_t writable[VPASID_CONFIG_SIZE];
	struct bars bars;
	/* offsets of conventional capabilities; 0: there is none */
	uint8_t pm, msi, express, af;
};

/*
 * Makes it of a config space and the sizes of BARs; 0 is for what @config and the tables of
 * MSI-X ask for at least. Returns 0, or -EINVAL with @why.
 */
int hardware_init(struct hardware *hardware, const uint8_t config[VPASID_CONFIG_SIZE],
		  const uint64_t bar_sizes[PCI_STD_NUM_BARS], struct why *why);

/* The access is within config space. Returns whether it has reset the function. */
bool hardware_write(struct hardware *hardware, unsigned int offset, const uint8_t *data,
		    unsigned int length);

void hardware_reset(struct hardware *hardware);

/* How many vectors MSI has: 0 without the capability. */
unsigned int hardware_msi_vectors(const struct hardware *hardware);

/* Whether the extended config space holds what it did at the beginning. */
bool hardware_is_untouched(const struct hardware *hardware);

#endif /* DEVICE_HARDWARE_H */
