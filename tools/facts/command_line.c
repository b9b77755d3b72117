// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>
#include <string.h>

#include "facts/command_line.h"

/* As the kernel's isspace(), which takes 0xa0, Latin-1's no-break space, for one. */
static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == '\xa0';
}

static char *skip_spaces(char *text)
{
	while (is_space(*text))
		text++;
	return text;
}

/* Where the word that begins at @text ends, and its first '='. */
static char *find_end(char *text, bool is_quoted, char **equals)
{
	char *at;

	*equals = NULL;
	for (at = text; *at && (is_quoted || !is_space(*at)); at++) {
		if (*at == '=' && at > text && !*equals)
			*equals = at;
		else if (*at == '"')
			is_quoted = !is_quoted;
	}
	return at;
}

/*
 * Quotes are for the word as a whole, or for its value; those inside stay in it, and keep
 * white space together.
 */
bool command_line_next(char **rest, struct parameter *parameter)
{
	bool has_quotes = **rest == '"';
	char *text = *rest + has_quotes, *equals, *end;

	if (!**rest)
		return false;
	end = find_end(text, has_quotes, &equals);
	*rest = *end ? skip_spaces(end + 1) : end;
	*parameter = (struct parameter){ .name = text };
	if (equals) {
		parameter->value = equals + 1;
		if (*parameter->value == '"') {
			parameter->value++;
			has_quotes = true;
		}
	}
	if (has_quotes && end > text && end[-1] == '"')
		end[-1] = '\0';
	*end = '\0';
	if (equals)
		*equals = '\0';
	/* What is behind these is for init. */
	return parameter->value || strcmp(parameter->name, "--");
}

/* In names, - is the same as _. */
static bool is_named(const struct parameter *parameter, const char *name)
{
	const char *at = parameter->name;

	while (*at && (*at == '-' ? '_' : *at) == *name) {
		at++;
		name++;
	}
	return !*at && !*name && parameter->value;
}

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

/* kstrtobool(), which looks at no more than it has to */
static void take_passthrough(const char *value, struct command_line *line)
{
	char first = (char)(*value | 0x20), second = *value ? (char)(value[1] | 0x20) : '\0';

	if (first == 'y' || first == 't' || *value == '1' || (first == 'o' && second == 'n'))
		line->passthrough = SAID_ON;
	else if (first == 'n' || first == 'f' || *value == '0' || (first == 'o' && second == 'f'))
		line->passthrough = SAID_OFF;
}

void command_line_parse(char *text, struct command_line *line)
{
	struct parameter parameter;
	char *rest = skip_spaces(text);

	*line = (struct command_line){ .is_known = true };
	while (command_line_next(&rest, &parameter)) {
		if (is_named(&parameter, "intel_iommu"))
			take_options(parameter.value, line, take_intel);
		else if (is_named(&parameter, "amd_iommu"))
			take_options(parameter.value, line, take_amd);
		else if (is_named(&parameter, "iommu"))
			take_x86(parameter.value, line);
		else if (is_named(&parameter, "iommu.passthrough"))
			take_passthrough(parameter.value, line);
	}
}
