/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a page about several hosts keeps of each.
 */
#ifndef TOOLS_REPORT_HOSTED_H
#define TOOLS_REPORT_HOSTED_H

#include "check/check.h"
#include "report/judged.h"

struct hosted {
	char name[256];
	char *error; /* why it can't be read; NULL if it can, and then: */
	char kernel[KERNEL_RELEASE_SIZE];
	char iommus[128];
	char recorded[32];
	enum check_verdict verdict;
	size_t findings[CHECK_VERDICTS];
	size_t function_count, usable_count;
	char *details; /* markup, which refers to the problems and the maps of @judge */
};

/*
 * Reads a recording, and judges it by @purpose, and its functions by @judge. Returns 0, also if it
 * can't be read; or -ENOMEM. The caller frees @hosted in either case.
 */
int hosted_read(const char *recording, bool wakes, enum purpose purpose, struct judge *judge,
		struct hosted *hosted);

void hosted_free(struct hosted *hosted);

#endif /* TOOLS_REPORT_HOSTED_H */
