/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sandbox of the process that serves clients. A client that breaks into the process can use the
 * descriptors of the process, and nothing else.
 */
#ifndef DEVICE_SANDBOX_H
#define DEVICE_SANDBOX_H

#include "support/why.h"

/*
 * From now on, the process has no capabilities and gets no new privileges. If the kernel has
 * Landlock, the process can't access a file by its name, a TCP port or another process. seccomp
 * only allows the system calls that serving requires. If libc tries to open a file, this fails with
 * EACCES; any other call ends the process with SIGSYS. Returns 0 or a negative errno with @why.
 *
 * A build with sanitizers, which require more, leaves out Landlock and seccomp.
 */
int sandbox_enter(struct why *why);

#endif /* DEVICE_SANDBOX_H */
