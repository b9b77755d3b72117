/* SPDX-License-Identifier: MIT */
/*
 * A guest's view, as the files of vconfig share it. Not exported; the prefix is for
 * those who link the static library.
 */
#ifndef VCONFIG_INTERNAL_H
#define VCONFIG_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include <vpasid/vconfig.h>

#include "dwords.h"

/**
 * struct vpasid_vconfig - a guest's view of one function
 * @config: What the guest reads of the dwords that are the view's own; of the
 *	others, the snapshot.
 * @own: The dwords that the view answers for, and not the device.
 * @ops: What stands behind the view; without any callback if there is nothing.
 * @opaque: Handed to @ops.
 * @digest: Of the function's layout.
 * @offset: Of the virtual capability.
 * @writable: VPASID_CTRL_*: what the guest may set.
 * @flr_pcie: Offset of the byte with Initiate Function Level Reset in Device
 *	Control; 0 if the function has no such reset.
 * @flr_af: The same, of Advanced Features.
 */
struct vpasid_vconfig {
	uint8_t config[VPASID_CONFIG_SIZE];
	struct dwords own;
	struct vpasid_vconfig_ops ops;
	void *opaque;
	uint64_t digest;
	uint16_t offset;
	uint16_t writable;
	uint16_t flr_pcie;
	uint16_t flr_af;
};

/**
 * vpasid_vconfig_link() - put the virtual capability into the chain
 * @vconfig: The view, with the function's own config space and the offset.
 * @layout: Of that config space.
 *
 * Writes all headers that must change, the virtual capability's among them.
 */
void vpasid_vconfig_link(struct vpasid_vconfig *vconfig, const struct vpasid_layout *layout);

/**
 * vpasid_vconfig_set_control() - change the Control register
 * @vconfig: The view.
 * @control: VPASID_CTRL_*; the guest's user is told if it is another.
 */
void vpasid_vconfig_set_control(struct vpasid_vconfig *vconfig, uint16_t control);

/**
 * vpasid_vconfig_capability() - what the guest is offered
 * @vconfig: The view.
 *
 * Return: the Capability register.
 */
uint16_t vpasid_vconfig_capability(const struct vpasid_vconfig *vconfig);

#endif /* VCONFIG_INTERNAL_H */
