/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Moves a function from driver to driver, by driver_override.
 */
#ifndef TOOLS_BIND_DRIVER_OVERRIDE_H
#define TOOLS_BIND_DRIVER_OVERRIDE_H

#include <stddef.h>

#include "pci/bdf.h"
#include "pci/function.h"
#include "support/why.h"

/* Reads it; "" if it isn't set. Returns 0 or a negative errno. */
int driver_override_read(const char *sysfs, const struct bdf *bdf, char *value, size_t size);

/* The driver that a function is bound to now; "" for none. */
void driver_read(const char *sysfs, const struct bdf *bdf, char driver[DRIVER_NAME_SIZE]);

/* Whether we may write it. Returns 0 or a negative errno with @why. */
int driver_override_check(const char *sysfs, const struct bdf *bdf, struct why *why);

/* Sets it alone; "" clears it. Returns 0 or a negative errno with @why. */
int driver_override_set(const char *sysfs, const struct bdf *bdf, const char *value,
			struct why *why);

/*
 * Sets driver_override, unbinds the function from its driver, if any, and binds it to @driver.
 * Returns 0 or a negative errno with @why, after which it may have any driver or none.
 */
int driver_override_bind(const char *sysfs, const struct bdf *bdf, const char *driver,
			 struct why *why);

/*
 * Sets driver_override ("": clears it), unbinds the function from its driver, if any, and binds it
 * to @driver: "" for none, NULL for whichever the kernel finds. Returns 0 or a negative errno with
 * @why.
 */
int driver_override_restore(const char *sysfs, const struct bdf *bdf, const char *driver_override,
			    const char *driver, struct why *why);

#endif /* TOOLS_BIND_DRIVER_OVERRIDE_H */
