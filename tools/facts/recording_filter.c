// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/command_line.h"
#include "facts/cpu.h"
#include "facts/interrupts.h"
#include "facts/kernel.h"
#include "facts/kernel_log.h"
#include "facts/module.h"
#include "facts/program.h"
#include "facts/recording_filter.h"
#include "facts/reporter.h"
#include "pci/config_space.h"
#include "support/whole_file.h"
#include "vfio/modprobe_options.h"

static void copy(FILE *in, FILE *out)
{
	int c;

	while ((c = getc(in)) != EOF)
		putc(c, out);
}

/* The first that fits. A * takes in any number of directories. */
static const struct rule {
	const char *path;
	recording_filter_fn *filter;
	bool is_long; /* filtered as it is read, since it may be too long to be taken whole */
} rules[] = {
	{ "sys/bus/pci/devices/*/config", config_space_filter },
	{ "sys/*", copy },
	{ "proc/sys/kernel/osrelease", copy },
	{ "proc/cmdline", command_line_filter },
	{ "proc/config.gz", kernel_config_filter },
	{ "proc/cpuinfo", cpu_filter, .is_long = true },
	{ "proc/interrupts", interrupts_filter, .is_long = true },
	{ "boot/config-*", kernel_config_filter },
	{ "lib/modules/*/config", kernel_config_filter },
	{ "lib/modules/*/modules.alias", vfio_aliases_filter, .is_long = true },
	{ "lib/modules/*/modules.dep", modules_filter, .is_long = true },
	{ "lib/modules/*.ko", module_filter, .is_long = true },
	{ "dev/kmsg", kernel_log_filter, .is_long = true },
	{ PROGRAM_DIRECTORY "/*", copy },
	{ "*/modprobe.d/*", modprobe_filter },
};

static const struct rule *find_rule(const char *path)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (!fnmatch(rules[i].path, path, 0))
			return &rules[i];
	return NULL;
}

recording_filter_fn *recording_filter_of_long(const char *path)
{
	const struct rule *rule;

	/* By far the most files are of sysfs. */
	if (!strncmp(path, "sys/", 4))
		return NULL;
	rule = find_rule(path);
	return rule && rule->is_long ? rule->filter : NULL;
}

static int run(recording_filter_fn *filter, void *content, size_t size, char **data, size_t *length)
{
	FILE *in = size ? fmemopen(content, size, "r") : fopen("/dev/null", "re");
	FILE *out = open_memstream(data, length);
	bool failed = !in || !out;

	if (!failed) {
		filter(in, out);
		failed = ferror(out);
	}
	if (in)
		fclose(in);
	if (out && fclose(out))
		failed = true;
	if (!failed)
		return 0;
	free(*data);
	*data = NULL;
	return -ENOMEM;
}

/* Its readers take a file that isn't compressed as well. */
int recording_filter(const struct recorded *recorded, char **data, size_t *length)
{
	const struct rule *rule = find_rule(recorded->path);
	uint8_t *content = NULL;
	size_t size;
	int ret;

	if (!rule)
		return -ENODATA;
	if (strcmp(recorded->path, "proc/config.gz") != 0)
		return run(rule->filter, recorded->data, recorded->length, data, length);
	ret = whole_file_decompress(recorded->data, recorded->length, RECORDED_MAX_SIZE, &content,
				    &size);
	if (!ret)
		ret = run(rule->filter, content, size, data, length);
	free(content);
	return ret == -ENOMEM ? ret : ret ? -ENODATA : 0;
}
