/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why something failed, in words for a person. The error number is the return
 * value; this is the text with it.
 */
#ifndef TOOLS_SUPPORT_WHY_H
#define TOOLS_SUPPORT_WHY_H

#include <stdarg.h>

struct why {
	char text[1024];
};

/*
 * Sets the text, which names what is wrong and what to do about it; @why may be
 * NULL. Returns @error, so that a function can end with it:
 *
 *	return because(why, -ENODEV, "no such device");
 */
int because(struct why *why, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* -EINVAL, with "NAME:LINE: " before the text. */
int because_of_line(struct why *why, const char *name, unsigned int line, const char *format,
		    va_list arguments) __attribute__((format(printf, 4, 0)));

/* Adds to the text. */
void because_also(struct why *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif /* TOOLS_SUPPORT_WHY_H */
