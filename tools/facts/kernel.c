// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "facts/kernel.h"
#include "support/sysfs.h"

/* Far more than the longest configuration has. */
#define MAX_LINES 100000

static const struct {
	const char *name;
	size_t fact; /* its place in struct kernel */
} options[] = {
	{ "CONFIG_PCI_PASID=", offsetof(struct kernel, pci_pasid) },
	{ "CONFIG_INTEL_IOMMU=", offsetof(struct kernel, intel) },
	{ "CONFIG_INTEL_IOMMU_DEFAULT_ON=", offsetof(struct kernel, intel_on) },
	{ "CONFIG_INTEL_IOMMU_DEFAULT_ON_INTGPU_OFF=", offsetof(struct kernel, intel_on) },
	{ "CONFIG_INTEL_IOMMU_SCALABLE_MODE_DEFAULT_ON=", offsetof(struct kernel, intel_scalable) },
	{ "CONFIG_AMD_IOMMU=", offsetof(struct kernel, amd) },
	{ "CONFIG_ARM_SMMU_V3=", offsetof(struct kernel, smmuv3) },
	{ "CONFIG_ARM_SMMU_V3_IOMMUFD=", offsetof(struct kernel, smmuv3_iommufd) },
	{ "CONFIG_IOMMU_DEFAULT_PASSTHROUGH=", offsetof(struct kernel, passthrough) },
	{ "CONFIG_IOMMUFD=", offsetof(struct kernel, iommufd) },
	{ "CONFIG_VFIO_PCI=", offsetof(struct kernel, vfio_pci) },
	{ "CONFIG_VFIO_DEVICE_CDEV=", offsetof(struct kernel, vfio_cdev) },
	{ "CONFIG_INTEL_IOMMU_SVM=", offsetof(struct kernel, intel_svm) },
	{ "CONFIG_ARM_SMMU_V3_SVA=", offsetof(struct kernel, smmuv3_sva) },
};

#define OPTIONS (sizeof(options) / sizeof(options[0]))

static enum fact *option_of(struct kernel *kernel, size_t option)
{
	return (enum fact *)((char *)kernel + options[option].fact);
}

/* A line is "CONFIG_NAME=y", or "# CONFIG_NAME is not set", which means the same as no line. */
static void take_option(struct kernel *kernel, const char *line)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		size_t length = strlen(options[i].name);

		if (!strncmp(line, options[i].name, length))
			*option_of(kernel, i) = fact_of(line[length] == 'y' || line[length] == 'm');
	}
}

/* Even where no option is set that counts here, it stays a configuration. */
static bool is_read(const char *line)
{
	if (!strncmp(line, "CONFIG_PCI=", 11))
		return true;
	for (size_t i = 0; i < OPTIONS; i++)
		if (!strncmp(line, options[i].name, strlen(options[i].name)))
			return true;
	return false;
}

void kernel_config_filter(FILE *in, FILE *out)
{
	char line[512];

	for (int i = 0; i < MAX_LINES && fgets(line, sizeof(line), in); i++)
		if (is_read(line))
			fputs(line, out);
}

/* An option that the configuration doesn't mention is off. */
static void take_defaults(struct kernel *kernel)
{
	for (size_t i = 0; i < OPTIONS; i++)
		if (*option_of(kernel, i) == FACT_UNKNOWN)
			*option_of(kernel, i) = FACT_NO;
}

/* zlib reads the file whether it is compressed or not. Returns whether it is a configuration. */
static bool read_config(struct kernel *kernel, const char *path)
{
	int fd = sysfs_open(path, O_RDONLY);
	bool is_config = false;
	char line[512];
	gzFile file;

	if (fd < 0)
		return false;
	file = gzdopen(fd, "r");
	if (!file) {
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

static void read_command_line(const char *root, struct kernel *kernel)
{
	char text[COMMAND_LINE_SIZE];

	if (sysfs_read(path_of("%s/proc/cmdline", root).text, text, sizeof(text)) >= 0)
		command_line_parse(text, &kernel->command_line);
}

void kernel_read_release(const char *root, char *release)
{
	struct path path = path_of("%s/proc/sys/kernel/osrelease", root);

	/* Its text becomes part of paths. */
	if (sysfs_read(path.text, release, KERNEL_RELEASE_SIZE) < 0 || strchr(release, '/'))
		*release = '\0';
}

enum fact kernel_since(const char *release, unsigned int major, unsigned int minor)
{
	unsigned int has_major, has_minor;

	if (sscanf(release, "%u.%u", &has_major, &has_minor) != 2)
		return FACT_UNKNOWN;
	return fact_of(has_major != major ? has_major > major : has_minor >= minor);
}

void kernel_read(const char *root, struct kernel *kernel)
{
	kernel_read_release(root, kernel->release);
	read_command_line(root, kernel);
	cpu_read(root, &kernel->cpu);
	find_config(root, kernel);
}
