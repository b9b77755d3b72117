/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How pages name hosts.
 */
#ifndef TOOLS_REPORT_NAMED_H
#define TOOLS_REPORT_NAMED_H

#include "facts/host.h"

/* This host's name; of another, that of the file or directory. A recording doesn't tell the host's.
 */
void named_host(const struct host *host, char *name, size_t size);

/* Its IOMMUs: "dmar0 and 2 more" */
void named_iommus(const struct host *host, char *names, size_t size);

#endif /* TOOLS_REPORT_NAMED_H */
