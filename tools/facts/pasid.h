/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a function's record says of its PASID, which is its PF's for a VF. Each command asks
 * here, so that all give the same answer.
 */
#ifndef TOOLS_FACTS_PASID_H
#define TOOLS_FACTS_PASID_H

#include <stdbool.h>

#include "facts/function.h"

/* These need FUNCTION_PASID or FUNCTION_CONFIG, the widths FUNCTION_IOMMU, too. */

enum pasid_state {
	PASID_NONE,    /* no capability */
	PASID_OFF,     /* which the host has not enabled */
	PASID_ENABLED, /* which it has */
	PASID_ASLEEP,  /* not looked at, since that would wake the function */
	PASID_UNKNOWN, /* it can't be looked at */
	PASID_STATES
};

enum pasid_state pasid_state(const struct function *function);

/* "enabled", "off", "none", "asleep", "unknown" */
const char *pasid_state_name(enum pasid_state state);

/* Why the state is PASID_UNKNOWN: a negative errno, and in words; else 0 and "". */
int pasid_error(const struct function *function);
const char *pasid_error_text(const struct function *function);

/* Its registers; NULL if it has none, or they aren't known. */
const struct capability *pasid_registers(const struct function *function);

/*
 * Whether the IOMMU's driver attaches address spaces to PASIDs. AMD's does so for SVA alone, up
 * to Linux 7.3.
 */
enum fact pasid_attaches(const struct function *function);

/*
 * Bits of a PASID: Max PASID Width, what the IOMMU takes, and what can be used of both.
 * Each returns whether it is known. A width that is not enabled is of no use: 0; and neither
 * is one to which nothing can be attached.
 */
bool pasid_width(const struct function *function, unsigned int *width);
bool pasid_iommu_width(const struct function *function, unsigned int *width);
bool pasid_usable_width(const struct function *function, unsigned int *width);

/* Max PASID Width as the register has it, which may be more than there can be. */
unsigned int pasid_raw_width(const struct capability *pasid);

#endif /* TOOLS_FACTS_PASID_H */
