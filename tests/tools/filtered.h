/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the filters of a recording leave. */
#ifndef TESTS_FILTERED_H
#define TESTS_FILTERED_H

#include "support/recording.h"

/* What @filter leaves of @text: a static buffer. */
const char *filtered(recording_filter_fn *filter, const char *text);

#endif /* TESTS_FILTERED_H */
