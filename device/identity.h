/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * As whom clients are served.
 */
#ifndef DEVICE_IDENTITY_H
#define DEVICE_IDENTITY_H

#include <sys/types.h>

#include "support/why.h"

/* -1: as the process is */
struct identity {
	uid_t user;
	gid_t group;
};

/* That of the user with that @name, or that of the process if it is NULL. */
int identity_find(struct identity *identity, const char *name, struct why *why);

int identity_find_group(const char *name, gid_t *group, struct why *why);

/*
 * For a process that is to end with its parent: it is that user for the rest of its time, in no
 * group but the user's own. Returns 0 or a negative errno with @why.
 */
int identity_become(const struct identity *identity, struct why *why);

#endif /* DEVICE_IDENTITY_H */
