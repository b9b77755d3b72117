// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "facts/interrupts.h"
#include "support/parameter.h"
#include "support/sysfs.h"

/*
 * The kernel names an interrupt's chip in /proc/interrupts. Where VT-d or AMD-Vi remaps, the names
 * on x86 begin with "IR-" (drivers/iommu/intel/irq_remapping.c and amd/iommu.c); on Arm, those of
 * an ITS, which remaps, with "ITS-" (drivers/irqchip/irq-gic-v3-its-msi-parent.c).
 */
static bool names_remapping(const char *line)
{
	return strstr(line, " IR-PCI-MSI") || strstr(line, " IR-IO-APIC") ||
	       strstr(line, " ITS-MSI") || strstr(line, " ITS-PCI-MSI");
}

static bool names_none(const char *line)
{
	return strstr(line, " PCI-MSI") || strstr(line, " IO-APIC") || strstr(line, " MSI ");
}

static enum fact find_chip(FILE *file)
{
	enum fact remapped = FACT_UNKNOWN;
	char line[4096];

	while (fgets(line, sizeof(line), file)) {
		if (names_remapping(line))
			return FACT_YES;
		if (names_none(line))
			remapped = FACT_NO;
	}
	return remapped;
}

/* iommufd_device_bind() of drivers/iommu/iommufd/device.c asks for that parameter. */
static enum fact allows_unsafe(const struct host *host)
{
	char value[8];

	if (sysfs_read(path_of("%s/module/iommufd/parameters/allow_unsafe_interrupts", host->sysfs)
			       .text,
		       value, sizeof(value)) <= 0)
		return FACT_UNKNOWN;
	return parameter_bool(value);
}

struct interrupts host_interrupts(const struct host *host)
{
	struct interrupts interrupts = { 0 };
	FILE *file;

	if (!host->sysfs)
		return interrupts;
	interrupts.unsafe_allowed = allows_unsafe(host);
	file = host->root ? sysfs_stream(path_of("%s/proc/interrupts", host->root).text) : NULL;
	if (!file)
		return interrupts;
	interrupts.remapped = find_chip(file);
	fclose(file);
	return interrupts;
}
