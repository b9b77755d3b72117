/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs of this host that run virtual machines, and their versions.
 */
#ifndef TOOLS_FACTS_PROGRAM_H
#define TOOLS_FACTS_PROGRAM_H

#include <limits.h>
#include <stdbool.h>

#include "support/fact.h"

/* Of a recording: what was found, as a file each. */
#define PROGRAM_DIRECTORY "programs"

struct program {
	enum fact is_found; /* unknown if the recording in use doesn't tell */
	char path[PATH_MAX];
	bool has_version; /* it has told it; then: */
	unsigned int major, minor;
};

/*
 * Looks for QEMU, or for libvirt's daemon, in PATH and where distributions put them besides, and
 * asks the first one that is found for --version. Or takes that from the recording in use.
 */
void program_find_qemu(struct program *program);
void program_find_libvirt(struct program *program);

bool program_since(const struct program *program, unsigned int major, unsigned int minor);

#endif /* TOOLS_FACTS_PROGRAM_H */
