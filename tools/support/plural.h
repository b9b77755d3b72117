/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nouns after a number in texts.
 */
#ifndef TOOLS_SUPPORT_PLURAL_H
#define TOOLS_SUPPORT_PLURAL_H

#include <stddef.h>

/* The end of the noun: none after 1, otherwise "s" */
static inline const char *plural(size_t number)
{
	return number == 1 ? "" : "s";
}

#endif /* TOOLS_SUPPORT_PLURAL_H */
