// SPDX-License-Identifier: GPL-2.0-or-later
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/host.h"
#include "facts/reporter.h"
#include "support/sysfs.h"
#include "vfio/vfio.h"

const char *reporter_name(enum reporter reporter)
{
	static const char *const names[] = {
		[REPORTER_UNKNOWN] = "unknown",		  [REPORTER_NONE] = "none",
		[REPORTER_PASID_VFIO_PCI] = PASID_DRIVER, [REPORTER_VFIO_PASID] = "vfio_pasid",
		[REPORTER_IOMMUFD] = "iommufd",
	};

	return names[reporter];
}

enum fact iommufd_reports(const struct kernel *kernel)
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
	if (!strcmp(pci->driver, PASID_DRIVER))
		return REPORTER_PASID_VFIO_PCI;
	if (function->vfio_pasid == VFIO_PASID_ANSWERS)
		return REPORTER_VFIO_PASID;
	return by_iommufd(function);
}

/* Both modules have the guard, and a parameter that opts out of it. */
static enum fact module_guards(const struct host *host, const char *module)
{
	char value[8];

	if (sysfs_read(path_of("%s/module/%s/parameters/guard", host->sysfs, module).text, value,
		       sizeof(value)) <= 0)
		return FACT_UNKNOWN;
	return fact_of(*value == 'Y');
}

enum fact function_is_guarded(const struct function *function)
{
	if (!strcmp(function->pci.driver, PASID_DRIVER))
		return module_guards(function->host, PASID_DRIVER);
	if (function->vfio_pasid == VFIO_PASID_ANSWERS)
		return module_guards(function->host, "vfio_pasid");
	return function->vfio_pasid == VFIO_PASID_UNKNOWN ? FACT_UNKNOWN : FACT_NO;
}

bool driver_is_variant(const char *driver)
{
	return *driver && strcmp(driver, "vfio-pci") != 0 && strcmp(driver, PASID_DRIVER) != 0;
}

/* By the names that they have as PCI drivers, which needn't be those of their modules. */
static const char *const variants[] = {
	"hisi_acc_vfio_pci", "ism_vfio_pci", "mlx5_vfio_pci",	"nvgrace_gpu_vfio_pci",
	"pds_vfio_pci",	     "qat_vfio_pci", "virtio_vfio_pci", "xe-vfio-pci",
};

#define VARIANTS (sizeof(variants) / sizeof(variants[0]))

bool driver_is_kernels_variant(const char *driver)
{
	for (size_t i = 0; i < VARIANTS; i++)
		if (!strcmp(variants[i], driver))
			return true;
	return false;
}

/* modules.alias has _ in place of each - of a module's name. */
static bool is_module(const char *module, const char *driver)
{
	while (*module && *module == (*driver == '-' ? '_' : *driver)) {
		module++;
		driver++;
	}
	return !*module && !*driver;
}

/* The PCI driver of a module: another name is taken to be the module's own. */
static const char *driver_of(const char *module)
{
	for (size_t i = 0; i < VARIANTS; i++)
		if (is_module(module, variants[i]))
			return variants[i];
	return module;
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

void vfio_aliases_filter(FILE *in, FILE *out)
{
	char line[512];

	while (fgets(line, sizeof(line), in))
		if (!strncmp(line, "alias vfio_pci:", 15))
			fputs(line, out);
}

/* The file is depmod(8)'s, and long: each line is read once, for all functions. */
static const char *read_aliases(struct host *host, const char *release)
{
	struct path path = path_of("%s/lib/modules/%s/modules.alias", host->root, release);
	FILE *in = sysfs_stream(path.text), *out;
	char *text = NULL;
	size_t size;

	out = in ? open_memstream(&text, &size) : NULL;
	if (out) {
		vfio_aliases_filter(in, out);
		fclose(out);
	}
	if (in)
		fclose(in);
	host->aliases = host_text(host, "%s", text ? text : "");
	free(text);
	return host->aliases;
}

static void find_alias(const char *aliases, const char *modalias, char driver[REPORTER_DRIVER_SIZE])
{
	unsigned int fewest = UINT_MAX;
	struct alias alias;

	for (const char *line = aliases; *line;
	     line = strchrnul(line, '\n'), line += *line == '\n') {
		if (sscanf(line, "alias vfio_pci:%255s %63s", alias.pattern, alias.module) != 2 ||
		    is_module(alias.module, "vfio-pci") || is_module(alias.module, PASID_DRIVER) ||
		    fnmatch(alias.pattern, modalias, 0) || count_wildcards(alias.pattern) >= fewest)
			continue;
		fewest = count_wildcards(alias.pattern);
		snprintf(driver, REPORTER_DRIVER_SIZE, "%s", driver_of(alias.module));
	}
}

void function_variant(const struct function *function, char driver[REPORTER_DRIVER_SIZE])
{
	struct host *host = function->host;
	char modalias[256];

	*driver = '\0';
	if (!host->root || !*function->kernel->release ||
	    sysfs_read(
		    path_of("%s/bus/pci/devices/%s/modalias", host->sysfs, function->pci.bdf.text)
			    .text,
		    modalias, sizeof(modalias)) <= 0 ||
	    strncmp(modalias, "pci:", 4) != 0)
		return;
	find_alias(host->aliases ? host->aliases : read_aliases(host, function->kernel->release),
		   modalias + 4, driver);
}

/* One that has a variant driver goes to that, as what makes it special is lost with another one. */
void function_bind_command(const struct function *function, struct why *command)
{
	const struct pci_function *pci = &function->pci;
	char variant[REPORTER_DRIVER_SIZE];

	because(command, 0, "%s", "");
	if (pci->is_bridge || pci->num_vfs ||
	    (!*pci->iommu_group && (*pci->driver || !host_assigns_late(function->host))))
		return;
	function_variant(function, variant);
	because(command, 0, "vpasid bind %s%s%s%s", *variant ? "--driver " : "", variant,
		*variant ? " " : "", pci->bdf.text);
}

/* vfio_pasid answers for a function whatever vfio-pci driver it has. */
const char *function_report_todo(const struct function *function)
{
	if (function->vfio_pasid == VFIO_PASID_LEAVES_IT)
		return "look for vfio_pasid in the kernel log, which says why it doesn't report "
		       "PASID for this function";
	return "modprobe vfio_pasid";
}

bool function_is_refused(const struct function *function)
{
	return function->is_denylisted && function->denylist_disabled != FACT_YES;
}
