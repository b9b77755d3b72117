/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wrong, or isn't known, on any of several hosts: each problem once, with the hosts that
 * have it.
 */
#ifndef TOOLS_REPORT_PROBLEMS_H
#define TOOLS_REPORT_PROBLEMS_H

#include <stdio.h>

#include "check/check.h"
#include "report/pool.h"

/* Each returns the number of the problem. The block's html is the problem's row, without hosts. */
size_t problem_of_finding(struct pool *problems, const struct finding *finding, size_t host);
size_t problem_of_link(struct pool *problems, const struct link *link, size_t host);

#endif /* TOOLS_REPORT_PROBLEMS_H */
