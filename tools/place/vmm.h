/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The place of a function's virtual PASID capability for a VMM on this host: all commands that
 * tell one ask here.
 */
#ifndef TOOLS_PLACE_VMM_H
#define TOOLS_PLACE_VMM_H

#include <stdbool.h>
#include <stdint.h>

#include "facts/function.h"
#include "place/placement.h"

/* All zeros: the highest place, in what VFIO would show. */
struct place_options {
	uint16_t offset;      /* the one that is wanted; 0: find one */
	unsigned int with;    /* PLACE_WITH_*: what else the guest is to have */
	bool is_emulated;     /* the VMM passes nobody on to the function's own PASID capability */
	bool opens;	      /* through VFIO, which resets the function, to see what it shows */
	const char *vf_token; /* for that; NULL if none */
};

/*
 * Finds a place in what VFIO shows of the function, with this kernel and the driver that it is
 * bound to now. @report says what is wrong; its name and kind are the function's. The function
 * and @quirks must outlive it.
 */
void place_for_vmm(struct function *function, const struct place_options *options,
		   const struct vpasid_quirks *quirks, struct placement_report *report);

#endif /* TOOLS_PLACE_VMM_H */
