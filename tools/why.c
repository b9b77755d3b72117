// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "why.h"

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
