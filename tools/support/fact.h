/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Something that is so or not, or isn't known.
 */
#ifndef TOOLS_SUPPORT_FACT_H
#define TOOLS_SUPPORT_FACT_H

#include <stdbool.h>

enum fact {
	FACT_UNKNOWN,
	FACT_NO,
	FACT_YES,
};

static inline enum fact fact_of(bool is_so)
{
	return is_so ? FACT_YES : FACT_NO;
}

#endif /* TOOLS_SUPPORT_FACT_H */
