// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>
#include <string.h>

#include "facts/command_line.h"
#include "support/parameter.h"

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* intel_iommu_setup() of drivers/iommu/intel/iommu.c: options count by how they begin. */
static void take_intel(const char *option, struct command_line *line)
{
	if (begins(option, "on"))
		line->intel = SAID_ON;
	else if (begins(option, "off"))
		line->intel = SAID_OFF;
	else if (begins(option, "sm_on"))
		line->intel_scalable = SAID_ON;
	else if (begins(option, "sm_off"))
		line->intel_scalable = SAID_OFF;
}

/* parse_amd_iommu_options() of drivers/iommu/amd/init.c */
static void take_amd(const char *option, struct command_line *line)
{
	if (begins(option, "off"))
		line->amd_off = true;
	else if (begins(option, "force_isolation"))
		line->amd_isolation = true;
	else if (begins(option, "pgtbl_v1"))
		line->amd_v2 = SAID_OFF;
	else if (begins(option, "pgtbl_v2"))
		line->amd_v2 = SAID_ON;
}

/* setup_irqremap() of drivers/iommu/irq_remapping.c */
static void take_remapping(const char *option, struct command_line *line)
{
	if (begins(option, "on"))
		line->remapping = SAID_ON;
	else if (begins(option, "off"))
		line->remapping = SAID_OFF;
}

static void take_options(const char *value, struct command_line *line,
			 void (*take)(const char *option, struct command_line *line))
{
	while (*value) {
		take(value, line);
		value += strcspn(value, ",");
		value += strspn(value, ",");
	}
}

/* iommu_setup() of arch/x86/kernel/pci-dma.c */
static void take_x86(const char *value, struct command_line *line)
{
	while (*value && !begins(value, "usedac")) {
		if (begins(value, "off"))
			line->iommu_off = true;
		else if (begins(value, "pt"))
			line->passthrough = SAID_ON;
		else if (begins(value, "nopt"))
			line->passthrough = SAID_OFF;
		value += strcspn(value, ",");
		value += *value == ',';
	}
}

static void take_passthrough(const char *value, struct command_line *line)
{
	static const enum said said[] = { [FACT_YES] = SAID_ON, [FACT_NO] = SAID_OFF };
	enum fact is_on = parameter_bool(value);

	if (is_on != FACT_UNKNOWN)
		line->passthrough = said[is_on];
}

void command_line_parse(char *text, struct command_line *line)
{
	struct parameter parameter;

	*line = (struct command_line){ .is_known = true };
	while (parameter_next(&text, &parameter)) {
		/* setup_nointremap() of irq_remapping.c doesn't look at a value. */
		if (parameter_is_named(&parameter, "nointremap"))
			line->remapping = SAID_OFF;
		if (!parameter.value)
			continue;
		if (parameter_is_named(&parameter, "intel_iommu"))
			take_options(parameter.value, line, take_intel);
		else if (parameter_is_named(&parameter, "amd_iommu"))
			take_options(parameter.value, line, take_amd);
		else if (parameter_is_named(&parameter, "intremap"))
			take_options(parameter.value, line, take_remapping);
		else if (parameter_is_named(&parameter, "iommu"))
			take_x86(parameter.value, line);
		else if (parameter_is_named(&parameter, "iommu.passthrough"))
			take_passthrough(parameter.value, line);
	}
}
