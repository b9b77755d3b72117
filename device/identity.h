/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The user and group as which clients are served.
 */
#ifndef DEVICE_IDENTITY_H
#define DEVICE_IDENTITY_H

#include <sys/types.h>

#include "support/why.h"

/* -1: that of the process */
struct identity {
	uid_t user;
	gid_t group;
};

/* Finds the user with this name, or uses that of the process if @name is NULL. */
int identity_find(struct identity *identity, const char *name, struct why *why);

int identity_find_group(const char *name, gid_t *group, struct why *why);

/*
 * Changes the user of the process permanently, with only the user's own group. The process still
 * ends with its parent. Returns 0 or a negative errno with @why.
 */
int identity_become(const struct identity *identity, struct why *why);

#endif /* DEVICE_IDENTITY_H */
