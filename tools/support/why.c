// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "support/why.h"

int because(struct why *why, int error, const char *format, ...)
{
	va_list arguments;

	if (why) {
		va_start(arguments, format);
		vsnprintf(why->text, sizeof(why->text), format, arguments);
		va_end(arguments);
	}
	return error;
}

int because_of_line(struct why *why, const char *name, unsigned int line, const char *format,
		    va_list arguments)
{
	int length;

	if (!why)
		return -EINVAL;
	length = snprintf(why->text, sizeof(why->text), "%s:%u: ", name, line);
	if (length < (int)sizeof(why->text))
		vsnprintf(why->text + length, sizeof(why->text) - (size_t)length, format,
			  arguments);
	return -EINVAL;
}

void because_also(struct why *why, const char *format, ...)
{
	va_list arguments;
	size_t length;

	if (!why)
		return;

	length = strlen(why->text);
	va_start(arguments, format);
	vsnprintf(why->text + length, sizeof(why->text) - length, format, arguments);
	va_end(arguments);
}
