// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>

#include <vpasid/config.h>
#include <vpasid/info.h>

#include "pci/arguments.h"
#include "support/options.h"
#include "support/output.h"

int parse_bdf(const char *text, struct bdf *bdf)
{
	if (bdf_parse(text, bdf))
		return usage_error("%s is not a BDF such as 0000:00:05.0", text);
	return EXIT_OK;
}

/*
 * Offsets are usually written in hexadecimal, so a number without 0x may be meant as one: if it has
 * hexadecimal digits or a leading zero, or if as a decimal number it is too small for extended
 * config space.
 */
static bool looks_hexadecimal(const char *text, unsigned long *number)
{
	if (!*text || strspn(text, "0123456789abcdefABCDEF") != strlen(text))
		return false;
	*number = strtoul(text, NULL, 16);
	if (strspn(text, "0123456789") != strlen(text))
		return true;
	return *number >= PCI_CFG_SPACE_SIZE && *number < VPASID_CONFIG_SIZE &&
	       (*text == '0' || strtoul(text, NULL, 10) < PCI_CFG_SPACE_SIZE);
}

int parse_offset(const char *option, const char *text, unsigned int *offset)
{
	unsigned long number;

	if (looks_hexadecimal(text, &number))
		return usage_error("%s %s: did you mean 0x%lx? Numbers without 0x are decimal",
				   option, text, number);
	if (parse_number(text, VPASID_CONFIG_SIZE - 1, &number) || !number)
		return usage_error("%s %s: not an offset in extended config space, such as 0xff8",
				   option, text);
	*offset = (unsigned int)number;
	return EXIT_OK;
}

int take_width(void *context, const char *text)
{
	unsigned int *width = context;
	unsigned long number;

	if (parse_number(text, VPASID_MAX_WIDTH, &number) || !number)
		return usage_error("--width %s: not a number from 1 to %d", text, VPASID_MAX_WIDTH);
	*width = (unsigned int)number;
	return EXIT_OK;
}

int take_vf_token(void *context, const char *text)
{
	const char **token = context;

	*token = text;
	return vf_token_is_valid(text) ? EXIT_OK : usage_error("--vf-token %s: not a UUID", text);
}

bool vf_token_is_valid(const char *token)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	_Static_assert(sizeof(form) == VF_TOKEN_SIZE, "a UUID");

	if (strlen(token) != VF_TOKEN_SIZE - 1)
		return false;
	for (int i = 0; form[i]; i++)
		if (form[i] == 'x' ? !isxdigit((unsigned char)token[i]) : token[i] != form[i])
			return false;
	return true;
}
