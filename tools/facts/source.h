/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inside of host.h and function.h: where facts come from.
 */
#ifndef TOOLS_FACTS_SOURCE_H
#define TOOLS_FACTS_SOURCE_H

#include "facts/function.h"

/* sysfs, or a dump. Each operation fills in its part of a record. */
struct source {
	/* Makes a record of each function. Returns 0 or a negative errno with @why. */
	int (*find_functions)(struct host *host, struct why *why);
	/* Returns 0, or a negative errno with @why if there is no such function. */
	int (*check)(struct function *function, struct why *why);
	void (*identify)(struct function *function);
	void (*find_vfs)(struct function *function);
	/*
	 * The ports above. Returns how many they are, also if that is more than @max, or a
	 * negative errno with path_why set.
	 */
	int (*find_ports)(struct function *function, struct bdf *ports, size_t max);
	/*
	 * Whether reading its config space would wake it, or a port above it. Linux wakes what
	 * is in D3cold, and all that is suspended above.
	 */
	bool (*wakes)(struct function *function);
	/*
	 * Finds PASID's registers without the rest; pasid_error is set if it fails. NULL:
	 * that is no cheaper than to have all of config space.
	 */
	void (*read_pasid)(struct function *function);
	/* Fills in config, which has been allocated, and may be short of what there is. */
	void (*read_config)(struct function *function);
	void (*read_iommu)(struct function *function);
	void (*read_sysfs)(struct function *function);
	void (*read_vfio)(struct function *function);
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

/* Fills in hops, unless they are; they are not read. */
void function_find_hops(struct function *function);

#endif /* TOOLS_FACTS_SOURCE_H */
