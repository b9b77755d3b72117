/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a recorded file may leave the host. Of files outside of sysfs, the lines and words that
 * are read, by the readers' own rules; of config spaces, all but serial numbers.
 */
#ifndef TOOLS_FACTS_RECORDING_FILTER_H
#define TOOLS_FACTS_RECORDING_FILTER_H

#include "support/recording.h"

/*
 * The content of @recorded, whose error is 0. The caller frees @data. Returns 0; -ENODATA if there
 * is no rule for that file, which then stays where it is; or -ENOMEM.
 */
int recording_filter(const struct recorded *recorded, char **data, size_t *length);

/* For a recording that is made: see struct recording. What that has filtered stays as it is. */
recording_filter_fn *recording_filter_of_long(const char *path);

#endif /* TOOLS_FACTS_RECORDING_FILTER_H */
