/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a process gives up that serves clients: should one of them break into it, it can use the
 * descriptors that it has, and nothing else.
 */
#ifndef DEVICE_SANDBOX_H
#define DEVICE_SANDBOX_H

#include "support/why.h"

/*
 * For the rest of the process it has no capabilities and gets no new privileges; by Landlock,
 * where the kernel has it, it reaches no file by its name, no TCP port and no other process; by
 * seccomp, it can make those system calls alone that serving takes. Opening a file fails with
 * EACCES, as libc may try to; any other call ends it with SIGSYS. Returns 0 or a negative errno
 * with @why.
 *
 * A build with sanitizers, which need more, leaves Landlock and seccomp out.
 */
int sandbox_enter(struct why *why);

#endif /* DEVICE_SANDBOX_H */
