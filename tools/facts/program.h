/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs of this host that run virtual machines, and their versions.
 */
#ifndef TOOLS_FACTS_PROGRAM_H
#define TOOLS_FACTS_PROGRAM_H

#include <stdbool.h>
#include <limits.h>

struct program {
	bool is_found;
	char path[PATH_MAX];
	bool has_version; /* it has told it; then: */
	unsigned int major, minor;
};

/*
 * Looks for QEMU, or for libvirt's daemon, in PATH and where distributions put them besides, and
 * asks the first one that is found for --version.
 */
void program_find_qemu(struct program *program);
void program_find_libvirt(struct program *program);

bool program_since(const struct program *program, unsigned int major, unsigned int minor);

#endif /* TOOLS_FACTS_PROGRAM_H */
