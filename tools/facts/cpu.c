// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "facts/cpu.h"
#include "support/sysfs.h"

/* Longer than any line of flags; what is behind that is another line. */
#define LINE_SIZE 8192

/* A feature that the kernel has switched off has no flag. */
static enum fact has_flag(const char *flags, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = flags; (at = strstr(at, name)); at += length)
		if (at > flags && at[-1] == ' ' && strchr(" \n", at[length]))
			return FACT_YES;
	return FACT_NO;
}

void cpu_read(const char *root, struct cpu *cpu)
{
	FILE *file = sysfs_stream(path_of("%s/proc/cpuinfo", root).text);
	char line[LINE_SIZE];

	*cpu = (struct cpu){ 0 };
	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, "flags\t", 6) != 0)
			continue;
		cpu->enqcmd = has_flag(line, "enqcmd");
		cpu->has_1gib_pages = has_flag(line, "pdpe1gb");
		cpu->has_5_levels = has_flag(line, "la57");
		break;
	}
	fclose(file);
}
