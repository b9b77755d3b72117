/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Profiles: functions written down by hand, a register or a setting in a line. See
 * device/profiles/README.
 */
#ifndef DEVICE_PROFILE_H
#define DEVICE_PROFILE_H

#include <stddef.h>

#include "model.h"

/*
 * Reads a profile: of that file, if @name has a slash, else one of those that are
 * installed. Returns 0 or a negative errno with @why, which names the line.
 */
int profile_read(struct model *model, const char *name, struct why *why);

/* The same of a text, which may hold any bytes. */
int profile_parse(struct model *model, const char *text, size_t length, const char *name,
		  struct why *why);

#endif /* DEVICE_PROFILE_H */
