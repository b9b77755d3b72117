/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One vpasid process at a time changes drivers and the records of them.
 */
#ifndef TOOLS_BIND_BIND_LOCK_H
#define TOOLS_BIND_BIND_LOCK_H

#include "support/why.h"

/* The time that it waits: udev may start many binds at once, for a PF's VFs. */
#define BIND_LOCK_SECONDS 60

/*
 * Takes the lock, which the kernel releases when this process ends, however it ends. While another
 * process has it, waits for up to @seconds. Returns 0; -EBUSY with @why, which names that process;
 * or another negative errno with @why.
 */
int bind_lock(const char *root, unsigned int seconds, struct why *why);

#endif /* TOOLS_BIND_BIND_LOCK_H */
