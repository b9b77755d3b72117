// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdbool.h>

#include "log.h"

#define BUDGET		 10000
#define LINES_PER_SECOND 10

static time_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

void log_init(struct log *log, FILE *stream)
{
	*log = (struct log){ .stream = stream, .budget = BUDGET, .filled = now() };
}

static bool may_write(struct log *log)
{
	time_t seconds = now() - log->filled;

	if (seconds > BUDGET / LINES_PER_SECOND)
		seconds = BUDGET / LINES_PER_SECOND;
	log->filled += seconds;
	log->budget += (unsigned int)seconds * LINES_PER_SECOND;
	if (log->budget > BUDGET)
		log->budget = BUDGET;
	if (!log->budget) {
		log->left_out++;
		return false;
	}
	log->budget--;
	return true;
}

void log_line(struct log *log, const char *format, ...)
{
	va_list arguments;

	if (!log->stream || !may_write(log))
		return;
	if (log->left_out)
		fprintf(log->stream, "(%u lines are left out here)\n", log->left_out);
	log->left_out = 0;
	va_start(arguments, format);
	vfprintf(log->stream, format, arguments);
	va_end(arguments);
	putc('\n', log->stream);
}

void log_flush(struct log *log)
{
	if (log->stream)
		fflush(log->stream);
}
