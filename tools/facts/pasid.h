/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a function's record says about its PASID; a VF shares its PF's. All commands ask here,
 * so all give the same answer.
 */
#ifndef TOOLS_FACTS_PASID_H
#define TOOLS_FACTS_PASID_H

#include <stdbool.h>

#include "facts/function.h"

/* These need FUNCTION_PASID or FUNCTION_CONFIG; the widths need FUNCTION_IOMMU, too. */

enum pasid_state {
	PASID_NONE,    /* no capability */
	PASID_OFF,     /* the host has not enabled it */
	PASID_ENABLED, /* the host has enabled it */
	PASID_ASLEEP,  /* it wasn't read, since that would wake the function */
	PASID_UNKNOWN, /* it can't be read */
	PASID_STATES
};

enum pasid_state pasid_state(const struct function *function);

/* "enabled", "off", "none", "asleep", "unknown" */
const char *pasid_state_name(enum pasid_state state);

/* Why the state is PASID_UNKNOWN, as a negative errno and in words; else 0 and "". */
int pasid_error(const struct function *function);
const char *pasid_error_text(const struct function *function);

/* Its registers; NULL if there are none, or they aren't known. */
const struct capability *pasid_registers(const struct function *function);

/*
 * Whether the IOMMU's driver, in a kernel of that release, attaches address spaces to PASIDs. AMD's
 * does so for SVA alone, up to Linux 7.3. What no IOMMU covers is said to be attached.
 */
enum fact pasid_iommu_attaches(const struct iommu *iommu, const char *release);
enum fact pasid_attaches(const struct function *function);

/*
 * Bits of a PASID: Max PASID Width, what the IOMMU takes, and what both allow. Each returns
 * whether it is known. If PASID is not enabled, or nothing can be attached to one, the usable
 * width is 0.
 */
bool pasid_width(const struct function *function, unsigned int *width);
bool pasid_iommu_width(const struct function *function, unsigned int *width);
bool pasid_usable_width(const struct function *function, unsigned int *width);

/* Max PASID Width as the register has it, which may be more than the maximum of 20. */
unsigned int pasid_raw_width(const struct capability *pasid);

#endif /* TOOLS_FACTS_PASID_H */
