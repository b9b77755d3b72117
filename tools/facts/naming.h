/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names of functions, from pci.ids.
 */
#ifndef TOOLS_FACTS_NAMING_H
#define TOOLS_FACTS_NAMING_H

#include <stddef.h>

#include "facts/function.h"
#include "support/why.h"

/*
 * Names @functions, all of one host, in one go. Returns 0, or a negative errno with @why if
 * pci.ids can't be understood: then their names are numbers.
 */
int functions_name(struct function *const *functions, size_t count, struct why *why);

#endif /* TOOLS_FACTS_NAMING_H */
