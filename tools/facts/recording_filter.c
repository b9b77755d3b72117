// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/command_line.h"
#include "facts/kernel.h"
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
static const struct {
	const char *path;
	void (*filter)(FILE *in, FILE *out);
} filters[] = {
	{ "sys/bus/pci/devices/*/config", config_space_filter },
	{ "sys/*", copy },
	{ "proc/sys/kernel/osrelease", copy },
	{ "proc/cmdline", command_line_filter },
	{ "proc/config.gz", kernel_config_filter },
	{ "boot/config-*", kernel_config_filter },
	{ "lib/modules/*/config", kernel_config_filter },
	{ "lib/modules/*/modules.alias", vfio_aliases_filter },
	{ "*/modprobe.d/*", modprobe_filter },
};

static int run(void (*filter)(FILE *in, FILE *out), void *content, size_t size, char **data,
	       size_t *length)
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
	uint8_t *content = NULL;
	size_t size, i = 0;
	int ret;

	while (i < sizeof(filters) / sizeof(filters[0]) &&
	       fnmatch(filters[i].path, recorded->path, 0) != 0)
		i++;
	if (i == sizeof(filters) / sizeof(filters[0]))
		return -ENODATA;
	if (strcmp(recorded->path, "proc/config.gz") != 0)
		return run(filters[i].filter, recorded->data, recorded->length, data, length);
	ret = whole_file_decompress(recorded->data, recorded->length, RECORDED_MAX_SIZE, &content,
				    &size);
	if (!ret)
		ret = run(filters[i].filter, content, size, data, length);
	free(content);
	return ret == -ENOMEM ? ret : ret ? -ENODATA : 0;
}
