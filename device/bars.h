/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How large BARs are. A config space doesn't tell; but MSI-X must fit in.
 */
#ifndef DEVICE_BARS_H
#define DEVICE_BARS_H

#include "hardware.h"

/*
 * Sets the hardware's bar_sizes and makes the registers' address bits writable. @sizes is
 * what somebody asks for, 0 for the least. Returns 0, or -EINVAL with @why.
 */
int bars_init(struct hardware *hardware, const uint64_t sizes[HARDWARE_BARS], struct why *why);

#endif /* DEVICE_BARS_H */
