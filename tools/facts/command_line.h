/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel's command line says about IOMMUs. Each option has a parser of its own in the
 * kernel, and all kernels from 6.1 to 7.3 read them alike.
 */
#ifndef TOOLS_FACTS_COMMAND_LINE_H
#define TOOLS_FACTS_COMMAND_LINE_H

#include <stdbool.h>
#include <stdio.h>

/* Linux takes 2048 bytes on x86, and what a bootconfig adds. */
#define COMMAND_LINE_SIZE 8192

/* What the last word says that switches something on or off. */
enum said {
	SAID_NOTHING,
	SAID_ON,
	SAID_OFF,
};

struct command_line {
	bool is_known;		  /* else the rest says nothing */
	bool iommu_off;		  /* iommu=off, which no later word takes back */
	enum said intel;	  /* intel_iommu=on, off */
	enum said intel_scalable; /* intel_iommu=sm_on, sm_off */
	enum said passthrough;	  /* iommu=pt, nopt; iommu.passthrough= */
	bool amd_off;		  /* amd_iommu=off, and nothing takes it back either */
	bool amd_isolation;	  /* amd_iommu=force_isolation, likewise */
	enum said amd_v2;	  /* amd_iommu=pgtbl_v2, pgtbl_v1 */
	enum said remapping;	  /* intremap=on, off; nointremap */
	bool locked_down;	  /* lockdown=integrity, confidentiality; nothing lowers it */
};

/* Takes @text apart, which isn't of use afterwards. */
void command_line_parse(char *text, struct command_line *line);

/* Copies the words that somebody reads: those above, and options of VFIO's modules. */
void command_line_filter(FILE *in, FILE *out);

#endif /* TOOLS_FACTS_COMMAND_LINE_H */
