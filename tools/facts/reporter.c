// SPDX-License-Identifier: GPL-2.0-or-later
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "facts/host.h"
#include "facts/reporter.h"
#include "support/sysfs.h"

const char *reporter_name(enum reporter reporter)
{
	static const char *const names[] = {
		[REPORTER_UNKNOWN] = "unknown",
		[REPORTER_NONE] = "none",
		[REPORTER_PASID_VFIO_PCI] = "pasid_vfio_pci",
		[REPORTER_VFIO_PASID] = "vfio_pasid",
		[REPORTER_IOMMUFD] = "iommufd",
	};

	return names[reporter];
}

/* iommufd reports PASID since Linux 6.15, and since 6.12.32 in that long-term series. */
static enum fact iommufd_reports(const struct kernel *kernel)
{
	unsigned int stable;

	if (sscanf(kernel->release, "6.12.%u", &stable) == 1)
		return fact_of(stable >= 32);
	return kernel_since(kernel->release, 6, 15);
}

static enum reporter by_iommufd(const struct function *function)
{
	enum fact since = iommufd_reports(function->kernel);

	if (since == FACT_NO || function->kernel->iommufd == FACT_NO ||
	    function->has_cdev == FACT_NO)
		return REPORTER_NONE;
	return since == FACT_YES && function->has_iommufd == FACT_YES ? REPORTER_IOMMUFD
								      : REPORTER_UNKNOWN;
}

enum reporter function_reporter(const struct function *function)
{
	const struct pci_function *pci = &function->pci;

	if (!pci->on_vfio)
		return REPORTER_NONE;
	if (!strcmp(pci->driver, "pasid_vfio_pci"))
		return REPORTER_PASID_VFIO_PCI;
	if (function->vfio_pasid == VFIO_PASID_ANSWERS)
		return REPORTER_VFIO_PASID;
	return by_iommufd(function);
}

bool reporter_is_variant(const char *driver)
{
	return *driver && strcmp(driver, "vfio-pci") != 0 && strcmp(driver, "vfio_pci") != 0 &&
	       strcmp(driver, "pasid_vfio_pci") != 0;
}

/* A line of modules.alias: a pattern for a modalias, as fnmatch() takes it, and a module. */
struct alias {
	char pattern[256];
	char module[REPORTER_DRIVER_SIZE];
};

/* The fewer wildcards, the better the driver fits: libvirt has that rule, too. */
static unsigned int count_wildcards(const char *pattern)
{
	unsigned int count = 0;

	while ((pattern = strchr(pattern, '*'))) {
		count++;
		pattern++;
	}
	return count;
}

static void find_alias(FILE *file, const char *modalias, char driver[REPORTER_DRIVER_SIZE])
{
	unsigned int fewest = UINT_MAX;
	struct alias alias;
	char line[512];

	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "alias vfio_pci:%255s %63s", alias.pattern, alias.module) != 2 ||
		    !reporter_is_variant(alias.module) || fnmatch(alias.pattern, modalias, 0) ||
		    count_wildcards(alias.pattern) >= fewest)
			continue;
		fewest = count_wildcards(alias.pattern);
		memcpy(driver, alias.module, sizeof(alias.module));
	}
}

/* The file is depmod(8)'s. */
bool function_variant(const struct function *function, char driver[REPORTER_DRIVER_SIZE])
{
	const struct host *host = function->host;
	char modalias[256];
	FILE *file;

	*driver = '\0';
	if (!host->root || !*function->kernel->release ||
	    sysfs_read(
		    path_of("%s/bus/pci/devices/%s/modalias", host->sysfs, function->pci.bdf.text)
			    .text,
		    modalias, sizeof(modalias)) <= 0 ||
	    strncmp(modalias, "pci:", 4) != 0)
		return false;
	file = sysfs_stream(
		path_of("%s/lib/modules/%s/modules.alias", host->root, function->kernel->release)
			.text);
	if (!file)
		return false;
	find_alias(file, modalias + 4, driver);
	fclose(file);
	return true;
}
