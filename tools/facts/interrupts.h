/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a device's interrupts are checked on their way, which VFIO asks for: else a guest could
 * send any.
 */
#ifndef TOOLS_FACTS_INTERRUPTS_H
#define TOOLS_FACTS_INTERRUPTS_H

#include <stdio.h>

#include "facts/host.h"

struct interrupts {
	enum fact remapped;
	enum fact unsafe_allowed; /* iommufd's allow_unsafe_interrupts is on */
};

struct interrupts host_interrupts(const struct host *host);

/* Copies what is read of /proc/interrupts: the names of chips, once each. */
void interrupts_filter(FILE *in, FILE *out);

#endif /* TOOLS_FACTS_INTERRUPTS_H */
