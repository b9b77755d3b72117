/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which process has a file open.
 */
#ifndef TOOLS_VFIO_OPENER_H
#define TOOLS_VFIO_OPENER_H

#include <stdbool.h>
#include <sys/types.h>

struct opener {
	pid_t pid;
	char command[32];
};

/*
 * Searches /proc, as far as we have permission, for another process that has the device file @path
 * open. Returns whether it found one.
 */
bool opener_find(const char *path, struct opener *opener);

#endif /* TOOLS_VFIO_OPENER_H */
