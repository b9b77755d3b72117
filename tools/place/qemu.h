/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stock QEMU 11.1 makes of a function: it has a chain of its own for the guest, and puts
 * PASID into that.
 */
#ifndef TOOLS_PLACE_QEMU_H
#define TOOLS_PLACE_QEMU_H

#include <stdint.h>

#include <vpasid/config.h>

#include "place/placement.h"
#include "support/why.h"

enum qemu_answer {
	QEMU_INSERTS,
	QEMU_SEES_NO_CHAIN, /* and says nothing */
	QEMU_PASSES_OWN_ON, /* VFIO shows the function's own PASID capability */
	QEMU_REFUSES,	    /* the offset; it goes on without PASID */
	QEMU_FAILS,	    /* an assertion, and ends */
	QEMU_HANGS,
};

/*
 * Makes the config space that the guest sees, of what VFIO shows, with PASID's header at @offset
 * and zeros for its registers. If the answer isn't QEMU_INSERTS, there is no PASID in it, and
 * @config may be half made.
 */
enum qemu_answer qemu_insert(const uint8_t view[VPASID_CONFIG_SIZE], uint16_t offset,
			     uint8_t config[VPASID_CONFIG_SIZE]);

/* Whether QEMU gives a guest PASID at the place of @place. Returns 0, or -ENOSPC with @why. */
int place_for_qemu(const struct placement_report *place, struct why *why);

#endif /* TOOLS_PLACE_QEMU_H */
