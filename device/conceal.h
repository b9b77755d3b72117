/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides PASID in a config space, as VFIO does.
 */
#ifndef DEVICE_CONCEAL_H
#define DEVICE_CONCEAL_H

#include <stdint.h>

#include <vpasid/config.h>

/*
 * Takes the PASID capability out of the chain, and makes its registers zero. If it is the
 * chain's head, a header without an ID stays there, which points to the rest. A chain that
 * loops, or leads to where there is no capability, ends there: QEMU would follow it forever.
 */
void conceal_pasid(uint8_t config[VPASID_CONFIG_SIZE]);

#endif /* DEVICE_CONCEAL_H */
