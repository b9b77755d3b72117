// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>
#include <string.h>

#include "support/parameter.h"

/* As the kernel's isspace(), which counts 0xa0, Latin-1's no-break space, as white space. */
static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == '\xa0';
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
 * Quotes around the whole word or around its value are removed. Other quotes stay in the word,
 * and keep the white space between them.
 */
bool parameter_next(char **rest, struct parameter *parameter)
{
	char *text, *equals, *end;
	bool has_quotes;

	while (is_space(**rest))
		(*rest)++;
	if (!**rest)
		return false;

	has_quotes = **rest == '"';
	text = *rest + has_quotes;
	end = find_end(text, has_quotes, &equals);
	*rest = *end ? end + 1 : end;
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
	return parameter->value || strcmp(parameter->name, "--") != 0;
}

bool parameter_is_named(const struct parameter *parameter, const char *name)
{
	const char *at = parameter->name;

	while (*at && (*at == '-' ? '_' : *at) == *name) {
		at++;
		name++;
	}
	return !*at && !*name;
}

/* The kernel, too, looks at the first letter alone, or at two if that is an o. */
enum fact parameter_bool(const char *value)
{
	switch (*value) {
	case 'y':
	case 'Y':
	case 't':
	case 'T':
	case '1':
		return FACT_YES;
	case 'n':
	case 'N':
	case 'f':
	case 'F':
	case '0':
		return FACT_NO;
	case 'o':
	case 'O':
		if (value[1] == 'n' || value[1] == 'N')
			return FACT_YES;
		if (value[1] == 'f' || value[1] == 'F')
			return FACT_NO;
		return FACT_UNKNOWN;
	default:
		return FACT_UNKNOWN;
	}
}
