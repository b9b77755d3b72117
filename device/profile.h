/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Profiles: descriptions of functions that people write, with some registers or a setting in each
 * line. See device/profiles/README.
 */
#ifndef DEVICE_PROFILE_H
#define DEVICE_PROFILE_H

#include <stddef.h>

#include "model.h"

/*
 * Reads a profile: the file @name if it has a slash, otherwise the installed profile with that
 * name. Returns 0 or a negative errno with @why, which names the line.
 */
int profile_read(struct model *model, const char *name, struct why *why);

/* Reads a profile from a text, which may have any bytes; @name is for errors. */
int profile_parse(struct model *model, const char *text, size_t length, const char *name,
		  struct why *why);

#endif /* DEVICE_PROFILE_H */
