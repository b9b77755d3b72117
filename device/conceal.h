/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides PASID in a config space, as VFIO does.
 */
#ifndef DEVICE_CONCEAL_H
#define DEVICE_CONCEAL_H

#include <stdint.h>

#include <vpasid/config.h>

/*
 * Removes the PASID capability from the list of capabilities, and clears its registers. If it is
 * the first one, a header without an ID stays there, which points to the rest. If the list loops,
 * or leads to an offset without a capability, it is cut there: QEMU would follow a loop forever.
 */
void conceal_pasid(uint8_t config[VPASID_CONFIG_SIZE]);

#endif /* DEVICE_CONCEAL_H */
