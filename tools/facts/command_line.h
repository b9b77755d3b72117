/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's command line, as the kernel reads it: next_arg() of lib/cmdline.c takes the
 * words apart, parameqn() of kernel/params.c compares their names, and each option has a
 * parser of its own. Of 6.1 up to 7.3 all of them read it alike.
 */
#ifndef TOOLS_FACTS_COMMAND_LINE_H
#define TOOLS_FACTS_COMMAND_LINE_H

#include <stdbool.h>

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
};

/* Reads @text, which it takes apart: what is in it then is of no use. */
void command_line_parse(char *text, struct command_line *line);

/* A word of it: its name, and its value; NULL if it has none. */
struct parameter {
	char *name, *value;
};

/*
 * Takes the next word from @rest, which is where the one before has left it, at first the
 * text without white space before it. Returns whether there is one.
 */
bool command_line_next(char **rest, struct parameter *parameter);

#endif /* TOOLS_FACTS_COMMAND_LINE_H */
