/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The log: what clients and their guests do, a line for each event.
 *
 * A client can't fill the disk with it: there is a budget of lines, which grows with
 * time. What is over it is counted, and told when there is room again.
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

/* A line; text from outside is written out where it isn't printable. */
void log_line(struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif /* DEVICE_LOG_H */
