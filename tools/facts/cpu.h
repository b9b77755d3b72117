/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel uses of the host's processors, as far as sharing their page tables depends on it.
 */
#ifndef TOOLS_FACTS_CPU_H
#define TOOLS_FACTS_CPU_H

#include <stdio.h>

#include "support/fact.h"

struct cpu {
	enum fact enqcmd;	  /* ENQCMD, which submits work to a shared work queue */
	enum fact has_1gib_pages; /* X86_FEATURE_GBPAGES */
	enum fact has_5_levels;	  /* X86_FEATURE_LA57: page tables of 5 levels */
};

/* Reads /proc/cpuinfo below @root ("" for this host's own). */
void cpu_read(const char *root, struct cpu *cpu);

/* Copies the flags that cpu_read() reads, in a line as the kernel's. */
void cpu_filter(FILE *in, FILE *out);

#endif /* TOOLS_FACTS_CPU_H */
