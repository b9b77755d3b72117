/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens the function of a record through VFIO.
 */
#ifndef TOOLS_FACTS_OPEN_H
#define TOOLS_FACTS_OPEN_H

#include "facts/function.h"
#include "vfio/vfio.h"

/*
 * As vfio_open(), which knows the function alone; of one that no VFIO driver has, @why also says
 * how it gets the one that it needs. Needs FUNCTION_SYSFS.
 */
int function_open(struct function *function, const char *vf_token, struct vfio *vfio,
		  struct why *why);

#endif /* TOOLS_FACTS_OPEN_H */
