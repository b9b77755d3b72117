// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "facts/cpu.h"
#include "support/sysfs.h"

/* Longer than any line of flags; what is behind that is another line. */
#define LINE_SIZE 8192

static const struct {
	const char *name;
	size_t fact; /* its place in struct cpu */
} flags[] = {
	{ "enqcmd", offsetof(struct cpu, enqcmd) },
	{ "pdpe1gb", offsetof(struct cpu, has_1gib_pages) },
	{ "la57", offsetof(struct cpu, has_5_levels) },
};

#define FLAGS (sizeof(flags) / sizeof(flags[0]))

static bool has_flag(const char *line, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = line; (at = strstr(at, name)); at += length)
		if (at > line && at[-1] == ' ' && strchr(" \n", at[length]))
			return true;
	return false;
}

/* All processors have the same. Those of other architectures have no such line. */
static bool find_flags(FILE *file, char line[LINE_SIZE])
{
	while (fgets(line, LINE_SIZE, file))
		if (!strncmp(line, "flags\t", 6))
			return true;
	return false;
}

/* A feature that the kernel has switched off has no flag. */
void cpu_read(const char *root, struct cpu *cpu)
{
	FILE *file = sysfs_stream(path_of("%s/proc/cpuinfo", root).text);
	char line[LINE_SIZE];

	*cpu = (struct cpu){ 0 };
	if (!file)
		return;
	if (find_flags(file, line))
		for (size_t i = 0; i < FLAGS; i++)
			*(enum fact *)((char *)cpu + flags[i].fact) =
				fact_of(has_flag(line, flags[i].name));
	fclose(file);
}

void cpu_filter(FILE *in, FILE *out)
{
	char line[LINE_SIZE];

	if (!find_flags(in, line))
		return;
	fputs("flags\t\t:", out);
	for (size_t i = 0; i < FLAGS; i++)
		if (has_flag(line, flags[i].name))
			fprintf(out, " %s", flags[i].name);
	putc('\n', out);
}
