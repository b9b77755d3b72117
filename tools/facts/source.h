/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to facts/: where facts come from.
 */
#ifndef TOOLS_FACTS_SOURCE_H
#define TOOLS_FACTS_SOURCE_H

#include "facts/function.h"

/* A source is sysfs or a dump. Each operation fills in its part of a record. */
struct source {
	/* Makes a record of each function. Returns 0 or a negative errno with @why. */
	int (*find_functions)(struct host *host, struct why *why);
	/* Returns 0, or a negative errno with @why if there is no such function. */
	int (*check)(struct function *function, struct why *why);
	void (*identify)(struct function *function);
	void (*find_vfs)(struct function *function);
	/*
	 * Finds the ports above. Returns how many there are, even if that is more than @max,
	 * or a negative errno with path_why set.
	 */
	int (*find_ports)(struct function *function, struct bdf *ports, size_t max);
	/*
	 * Whether reading the function's config space would wake it, or a port above it. Linux
	 * wakes a function that is in D3cold, and all suspended ports above it.
	 */
	bool (*wakes)(struct function *function);
	/*
	 * Finds PASID's registers without the rest; sets pasid_error if it fails. NULL: reading
	 * all of config space is as fast.
	 */
	void (*read_pasid)(struct function *function);
	/* Fills in config, which is allocated; it may end up with less than there is. */
	void (*read_config)(struct function *function);
	void (*read_iommu)(struct function *function);
	void (*read_sysfs)(struct function *function);
	void (*read_vfio)(struct function *function);
	void (*read_vfio_pasid)(struct function *function);
};

extern const struct source source_sysfs;
extern const struct source source_dump;

/* Hops and their registers, for the sources. */

/* Takes the registers from config, of which there is as much as could be read. */
void function_take_registers(struct function *function);

/*
 * Looks for PASID through @read, which reads one dword of config space, and takes its
 * registers.
 */
void function_find_pasid(struct function *function, vpasid_read_dword *read, void *opaque);

/* Fills in hops, unless they are filled in already; doesn't read them. */
void function_find_hops(struct function *function);

#endif /* TOOLS_FACTS_SOURCE_H */
