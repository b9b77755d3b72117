// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/interrupts.h"
#include "support/parameter.h"
#include "support/sysfs.h"

/*
 * The kernel names an interrupt's chip in /proc/interrupts. Where VT-d or AMD-Vi remaps, the names
 * on x86 begin with "IR-" (drivers/iommu/intel/irq_remapping.c and amd/iommu.c); on Arm, those of
 * an ITS, which remaps, with "ITS-" (drivers/irqchip/irq-gic-v3-its-msi-parent.c).
 */
static const struct {
	const char *name; /* or how names of its kind begin */
	enum fact remaps;
} chips[] = {
	{ " IR-PCI-MSI", FACT_YES },  { " IR-IO-APIC", FACT_YES }, { " ITS-MSI", FACT_YES },
	{ " ITS-PCI-MSI", FACT_YES }, { " PCI-MSI", FACT_NO },	   { " IO-APIC", FACT_NO },
	{ " MSI ", FACT_NO },
};

#define CHIPS (sizeof(chips) / sizeof(chips[0]))

/* A line is as long as the host has processors. */
static void find_chips(FILE *file, bool found[CHIPS])
{
	char *line = NULL;
	size_t size = 0;

	memset(found, 0, CHIPS * sizeof(*found));
	while (getline(&line, &size, file) >= 0)
		for (size_t i = 0; i < CHIPS; i++)
			found[i] |= !!strstr(line, chips[i].name);
	free(line);
}

static enum fact are_remapped(const bool found[CHIPS])
{
	enum fact remapped = FACT_UNKNOWN;

	for (size_t i = 0; i < CHIPS; i++)
		if (found[i] && remapped != FACT_YES)
			remapped = chips[i].remaps;
	return remapped;
}

void interrupts_filter(FILE *in, FILE *out)
{
	bool found[CHIPS];

	find_chips(in, found);
	for (size_t i = 0; i < CHIPS; i++)
		if (found[i])
			fprintf(out, "%s\n", chips[i].name);
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
	bool found[CHIPS];
	FILE *file;

	if (!host->sysfs)
		return interrupts;
	interrupts.unsafe_allowed = allows_unsafe(host);
	file = host->root ? sysfs_stream(path_of("%s/proc/interrupts", host->root).text) : NULL;
	if (!file)
		return interrupts;
	find_chips(file, found);
	interrupts.remapped = are_remapped(found);
	fclose(file);
	return interrupts;
}
