/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's log, for whoever is sent a recording: no command reads it.
 */
#ifndef TOOLS_FACTS_KERNEL_LOG_H
#define TOOLS_FACTS_KERNEL_LOG_H

#include <stdio.h>

/*
 * Copies those messages of /dev/kmsg, see Documentation/ABI/testing/dev-kmsg, that are about
 * IOMMUs, PASID, VFIO, or signatures of modules; the first ones, if there are many. A message that
 * may identify a device or a virtual machine isn't copied.
 */
void kernel_log_filter(FILE *in, FILE *out);

#endif /* TOOLS_FACTS_KERNEL_LOG_H */
