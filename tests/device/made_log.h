/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads what a log writes to a pipe. */
#ifndef TESTS_MADE_LOG_H
#define TESTS_MADE_LOG_H

/*
 * Returns the text that was written since the last call. @pipe is the end for reading, which
 * doesn't block. The next call overwrites the text.
 */
char *read_log(int pipe);

#endif /* TESTS_MADE_LOG_H */
