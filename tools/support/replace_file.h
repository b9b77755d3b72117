/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replaces files that others may be reading.
 */
#ifndef TOOLS_SUPPORT_REPLACE_FILE_H
#define TOOLS_SUPPORT_REPLACE_FILE_H

#include <stddef.h>

#include "support/why.h"

/*
 * Makes @content the content of the file @path, which everybody may read. Whoever opens
 * it, at whatever time, gets all of the former content or all of the new. The new one is
 * written to a hidden file beside it, whose name doesn't end as that of @path does.
 *
 * Returns 0; or a negative errno with @why, and then the file is as it was. Only a regular file
 * is ever replaced, and no link is followed.
 */
int replace_file(const char *path, const char *content, size_t size, struct why *why);

#endif /* TOOLS_SUPPORT_REPLACE_FILE_H */
