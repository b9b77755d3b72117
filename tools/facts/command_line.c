// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>
#include <string.h>

#include "facts/command_line.h"
#include "support/parameter.h"
#include "vfio/modprobe_options.h"

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

static void take_intel_options(const char *value, struct command_line *line)
{
	take_options(value, line, take_intel);
}

static void take_amd_options(const char *value, struct command_line *line)
{
	take_options(value, line, take_amd);
}

static void take_remapping_options(const char *value, struct command_line *line)
{
	take_options(value, line, take_remapping);
}

/* setup_nointremap() of drivers/iommu/irq_remapping.c: a value isn't looked at. */
static void take_no_remapping(const char *value, struct command_line *line)
{
	(void)value;
	line->remapping = SAID_OFF;
}

/* lockdown_param() of security/lockdown/lockdown.c */
static void take_lockdown(const char *value, struct command_line *line)
{
	if (!strcmp(value, "integrity") || !strcmp(value, "confidentiality"))
		line->locked_down = true;
}

/* @value of take() is empty where the command line gives none. */
static const struct {
	const char *name;
	void (*take)(const char *value, struct command_line *line);
} parameters[] = {
	{ "intel_iommu", take_intel_options },
	{ "amd_iommu", take_amd_options },
	{ "intremap", take_remapping_options },
	{ "nointremap", take_no_remapping },
	{ "iommu", take_x86 },
	{ "iommu.passthrough", take_passthrough },
	{ "lockdown", take_lockdown },
};

#define PARAMETERS (sizeof(parameters) / sizeof(parameters[0]))

/* Its number in parameters[]; PARAMETERS: it's another one. */
static size_t find_parameter(const struct parameter *parameter)
{
	size_t i = 0;

	while (i < PARAMETERS && !parameter_is_named(parameter, parameters[i].name))
		i++;
	return i;
}

void command_line_parse(char *text, struct command_line *line)
{
	struct parameter parameter;
	size_t which;

	*line = (struct command_line){ .is_known = true };
	while (parameter_next(&text, &parameter)) {
		which = find_parameter(&parameter);
		if (which < PARAMETERS)
			parameters[which].take(parameter.value ? parameter.value : "", line);
	}
}

/* The word "--" stays: what is behind it is modprobe's alone. */
static bool is_read(const struct parameter *word)
{
	return find_parameter(word) < PARAMETERS || modprobe_reads(word) ||
	       !strcmp(word->name, "--");
}

void command_line_filter(FILE *in, FILE *out)
{
	char text[COMMAND_LINE_SIZE], words[COMMAND_LINE_SIZE], *rest = words;
	size_t length = fread(text, 1, sizeof(text) - 1, in);

	text[length] = '\0';
	memcpy(words, text, length + 1);
	while (*rest) {
		struct parameter word = { 0 };
		size_t begin = (size_t)(rest - words);

		parameter_next(&rest, &word);
		if (word.name && is_read(&word))
			fwrite(text + begin, 1, (size_t)(rest - words) - begin, out);
	}
}
