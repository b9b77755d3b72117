/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A config space without its PASID capability, as VFIO shows it.
 */
#ifndef DEVICE_CONCEAL_H
#define DEVICE_CONCEAL_H

#include <stdint.h>

#include <vpasid/config.h>

/*
 * Takes PASID out of the chain, and its registers out of the space: they read as zeros. At
 * the chain's head a header without an ID stays, for the rest to hang on.
 */
void conceal_pasid(uint8_t config[VPASID_CONFIG_SIZE]);

#endif /* DEVICE_CONCEAL_H */
