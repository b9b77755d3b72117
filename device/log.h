/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The log of what clients and their guests do, with a line for each event.
 *
 * A client can't fill the disk with it: there is a budget of lines, which grows with
 * time. Lines beyond it are left out and counted; the next line that fits tells how many.
 */
#ifndef DEVICE_LOG_H
#define DEVICE_LOG_H

#include <stdio.h>
#include <time.h>

struct log {
	FILE *stream; /* NULL: there is none */
	unsigned int budget;
	unsigned int left_out;
	time_t filled; /* when the budget last grew */
};

void log_init(struct log *log, FILE *stream);

/* Writes a line. It may show numbers that come from outside, but never text. */
void log_line(struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writes out lines that are still buffered: for a moment when nobody waits for an answer. */
void log_flush(struct log *log);

#endif /* DEVICE_LOG_H */
