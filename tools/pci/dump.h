/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a text is what lspci -xxxx prints, before libpci gets to see it.
 *
 * libpci takes what it finds: a dump with lines missing has zeros there, which would
 * pass for free space; an offset of ffffffff is written to.
 */
#ifndef TOOLS_PCI_DUMP_H
#define TOOLS_PCI_DUMP_H

#include <stddef.h>

#include "support/why.h"

/* More than lspci prints of a host with thousands of functions. */
#define DUMP_MAX_SIZE ((size_t)64 << 20)

/*
 * Each function that has bytes has them without a gap, and 64, 128, 256 or 4096 of
 * them, as lspci's -x, -xxx and -xxxx print. @name is the file's. Returns 0, or
 * -EINVAL with @why, which says where and what to do.
 */
int dump_check(const char *text, size_t length, const char *name, struct why *why);

#endif /* TOOLS_PCI_DUMP_H */
