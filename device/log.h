/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The log of what clients and their guests do, with a line for each event.
 *
 * A budget of lines, which grows slowly, keeps a client from filling the disk. If nobody reads the
 * log, the server doesn't wait. Lines that aren't written are counted; the next line that is
 * written has their number.
 */
#ifndef DEVICE_LOG_H
#define DEVICE_LOG_H

#include <limits.h>
#include <stddef.h>
#include <time.h>

#define LOG_MAX_LINE 256 /* bytes, with its end */
#define LOG_BUDGET   10000
#define LOG_REFILL_S 10 /* in this time, the budget grows by one line */

struct log {
	int fd; /* -1: there is none */
	unsigned int budget;
	unsigned int left_out;
	time_t filled; /* when the budget last grew */
	/* lines that aren't written yet, and how many they are; a pipe takes all or nothing */
	char text[PIPE_BUF];
	size_t length;
	unsigned int lines;
};

void log_init(struct log *log, int fd);

/* Adds a line. It may have numbers from a client, but no text from one. */
void log_line(struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Writes the lines, or leaves them out if they can't be written at once. Call this when no client
 * waits for an answer.
 */
void log_flush(struct log *log);

#endif /* DEVICE_LOG_H */
