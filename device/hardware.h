/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A model of the function's hardware: the values of its registers after power-on, and which bits
 * of them a write changes.
 *
 * The writable registers are those that an operating system sets: in the header, in Power
 * Management, MSI, MSI-X and PCI Express. In extended config space, PASID Control, ATS Control
 * and the registers of PRI are writable; no guest may reach them.
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
	/* offsets of conventional capabilities; 0: there is no such capability */
	uint8_t pm, msi, express, af;
};

/*
 * Makes the hardware from a config space and the sizes of BARs. If a size is 0, the BAR is as
 * large as @config and the tables of MSI-X require. Returns 0, or -EINVAL with @why.
 */
int hardware_init(struct hardware *hardware, const uint8_t config[VPASID_CONFIG_SIZE],
		  const uint64_t bar_sizes[PCI_STD_NUM_BARS], struct why *why);

/* The access must be within config space. Returns whether it has reset the function. */
bool hardware_write(struct hardware *hardware, unsigned int offset, const uint8_t *data,
		    unsigned int length);

void hardware_reset(struct hardware *hardware);

/* How many vectors MSI has: 0 without the capability. */
unsigned int hardware_msi_vectors(const struct hardware *hardware);

/* Does extended config space still have its values from power-on? */
bool hardware_is_untouched(const struct hardware *hardware);

#endif /* DEVICE_HARDWARE_H */
