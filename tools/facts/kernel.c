// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "facts/kernel.h"
#include "support/sysfs.h"

/* Far more than the longest configuration has. */
#define MAX_LINES 100000

/* A line is "CONFIG_NAME=y", or "# CONFIG_NAME is not set", which means the same as no line. */
static void take_option(struct kernel *kernel, const char *line)
{
	const struct {
		const char *name;
		enum fact *fact;
	} options[] = {
		{ "CONFIG_PCI_PASID=", &kernel->pci_pasid },
		{ "CONFIG_INTEL_IOMMU_DEFAULT_ON=", &kernel->intel_on },
		{ "CONFIG_INTEL_IOMMU_DEFAULT_ON_INTGPU_OFF=", &kernel->intel_on },
		{ "CONFIG_INTEL_IOMMU_SCALABLE_MODE_DEFAULT_ON=", &kernel->intel_scalable },
		{ "CONFIG_IOMMUFD=", &kernel->iommufd },
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		size_t length = strlen(options[i].name);

		if (!strncmp(line, options[i].name, length))
			*options[i].fact = fact_of(line[length] == 'y' || line[length] == 'm');
	}
}

/* An option that the configuration doesn't mention is off. */
static void take_defaults(struct kernel *kernel)
{
	enum fact *facts[] = { &kernel->pci_pasid, &kernel->intel_on, &kernel->intel_scalable,
			       &kernel->iommufd };

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (*facts[i] == FACT_UNKNOWN)
			*facts[i] = FACT_NO;
}

/* zlib reads the file whether it is compressed or not. Returns whether it is a configuration. */
static bool read_config(struct kernel *kernel, const char *path)
{
	int fd = sysfs_open(path, O_RDONLY);
	gzFile file = fd < 0 ? NULL : gzdopen(fd, "r");
	bool is_config = false;
	char line[512];

	if (!file) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	for (int i = 0; i < MAX_LINES && gzgets(file, line, sizeof(line)); i++) {
		is_config |= !strncmp(line, "CONFIG_", 7);
		take_option(kernel, line);
	}
	gzclose(file);
	return is_config;
}

static void find_config(const char *root, struct kernel *kernel)
{
	const struct path paths[] = {
		path_of("%s/proc/config.gz", root),
		path_of("%s/boot/config-%s", root, kernel->release),
		path_of("%s/lib/modules/%s/config", root, kernel->release),
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if ((i && !*kernel->release) || !read_config(kernel, paths[i].text))
			continue;
		take_defaults(kernel);
		snprintf(kernel->config, sizeof(kernel->config), "%s", paths[i].text);
		kernel->is_own_config = !i;
		return;
	}
}

void kernel_read(const char *root, struct kernel *kernel)
{
	struct path release = path_of("%s/proc/sys/kernel/osrelease", root);
	struct path command_line = path_of("%s/proc/cmdline", root);

	/* Its text becomes part of paths. */
	if (sysfs_read(release.text, kernel->release, sizeof(kernel->release)) < 0 ||
	    strchr(kernel->release, '/'))
		kernel->release[0] = '\0';
	kernel->has_command_line = sysfs_read(command_line.text, kernel->command_line,
					      sizeof(kernel->command_line)) >= 0;
	find_config(root, kernel);
}
