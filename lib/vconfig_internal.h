/* SPDX-License-Identifier: MIT */
/*
 * What vconfig.c, vconfig_chain.c and vconfig_state.c share. None of this is exported; the
 * prefix is for those who link the static library.
 */
#ifndef VCONFIG_INTERNAL_H
#define VCONFIG_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include <vpasid/vconfig.h>

#include "dwords.h"

/**
 * struct vpasid_vconfig - a guest's view of one function
 * @config: The dwords that are the view's own, as the guest reads them; the others as
 *	they were in the snapshot.
 * @own: The dwords that the view answers for, and not the device.
 * @ops: The callbacks behind the view; all NULL if there is nothing.
 * @opaque: Handed to the callbacks.
 * @digest: The digest of the function's layout.
 * @offset: Where the virtual capability stands.
 * @writable: The bits of the Control register that the guest may set, VPASID_CTRL_*.
 * @flr_pcie: Offset of the byte of Device Control that holds Initiate Function Level
 *	Reset; 0 if the function has no such reset.
 * @flr_af: Offset of the byte of Advanced Features Control that holds Initiate FLR; 0 if
 *	the function has no such reset.
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
 * @vconfig: The view, which has the function's own config space and the offset.
 * @layout: The layout of that config space.
 *
 * Writes all headers that must change, that of the virtual capability among them.
 */
void vpasid_vconfig_link(struct vpasid_vconfig *vconfig, const struct vpasid_layout *layout);

/**
 * vpasid_vconfig_set_control() - change the Control register
 * @vconfig: The view.
 * @control: The new value, VPASID_CTRL_*. If it is another one, the view's callback is
 *	told.
 */
void vpasid_vconfig_set_control(struct vpasid_vconfig *vconfig, uint16_t control);

/**
 * vpasid_vconfig_capability() - tell what the guest is offered
 * @vconfig: The view.
 *
 * Return: the Capability register.
 */
uint16_t vpasid_vconfig_capability(const struct vpasid_vconfig *vconfig);

#endif /* VCONFIG_INTERNAL_H */
