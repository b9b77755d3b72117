/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parameters as the kernel reads them from its command line and from a module's options:
 * next_arg() of lib/cmdline.c takes the words apart, parameq() of kernel/params.c compares
 * their names, and kstrtobool() of lib/kstrtox.c reads what is on or off. All kernels from 6.1
 * to 7.3 read them alike.
 */
#ifndef TOOLS_SUPPORT_PARAMETER_H
#define TOOLS_SUPPORT_PARAMETER_H

#include <stdbool.h>

#include "support/fact.h"

struct parameter {
	char *name, *value; /* the value is NULL if the word has none */
};

/*
 * Takes the next word from @rest, and moves @rest behind it; the text isn't of use afterwards.
 * Returns false at the end of the text, and for the word "--", where the kernel stops reading.
 */
bool parameter_next(char **rest, struct parameter *parameter);

/* In names, - is the same as _. @name is spelled with _. */
bool parameter_is_named(const struct parameter *parameter, const char *name);

/* Whether @value means yes or no; unknown if the kernel refuses it. */
enum fact parameter_bool(const char *value);

#endif /* TOOLS_SUPPORT_PARAMETER_H */
