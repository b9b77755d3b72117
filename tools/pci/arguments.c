// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <string.h>

#include <vpasid/info.h>

#include "pci/arguments.h"
#include "support/options.h"
#include "support/output.h"

int parse_bdf(const char *command, const char *text, struct bdf *bdf)
{
	if (bdf_parse(text, bdf))
		return usage_error(command, "%s is not a BDF, as 0000:00:05.0", text);
	return EXIT_OK;
}

int parse_width(const char *command, const char *text, unsigned int *width)
{
	unsigned long number;

	if (parse_number(text, VPASID_MAX_WIDTH, &number) || !number)
		return usage_error(command, "--width %s: not a number from 1 to %d", text,
				   VPASID_MAX_WIDTH);
	*width = (unsigned int)number;
	return EXIT_OK;
}

int check_vf_token(const char *command, const char *text)
{
	if (text && !vf_token_is_valid(text))
		return usage_error(command, "--vf-token %s: not a UUID", text);
	return EXIT_OK;
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
