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

/* A line. Of what comes from outside it has numbers alone, never text. */
void log_line(struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Lines may be kept back until then: for when nobody waits for an answer. */
void log_flush(struct log *log);

#endif /* DEVICE_LOG_H */
