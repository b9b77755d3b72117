// SPDX-License-Identifier: GPL-2.0-or-later
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "log.h"

static time_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

void log_init(struct log *log, int fd)
{
	*log = (struct log){ .fd = fd, .budget = LOG_BUDGET, .filled = now() };
}

static bool may_write(struct log *log)
{
	time_t lines = (now() - log->filled) / LOG_REFILL_S;

	log->filled += lines * LOG_REFILL_S;
	log->budget =
		lines < LOG_BUDGET - log->budget ? log->budget + (unsigned int)lines : LOG_BUDGET;
	if (!log->budget)
		return false;
	log->budget--;
	return true;
}

/* Writes the lines, unless that would block. */
static bool write_out(const struct log *log)
{
	struct pollfd state = { .fd = log->fd, .events = POLLOUT };

	return poll(&state, 1, 0) == 1 && state.revents & POLLOUT &&
	       write(log->fd, log->text, log->length) == (ssize_t)log->length;
}

void log_flush(struct log *log)
{
	if (log->length && !write_out(log))
		log->left_out += log->lines;
	log->length = 0;
	log->lines = 0;
}

/* Call this after printf() has written @length characters there, or would have with more room. */
static void end_line(struct log *log, int length)
{
	if (length < 0)
		return;
	if (length >= LOG_MAX_LINE)
		length = LOG_MAX_LINE - 1;
	log->length += (size_t)length;
	log->text[log->length++] = '\n';
}

void log_line(struct log *log, const char *format, ...)
{
	va_list arguments;
	int length;

	if (log->fd < 0)
		return;
	if (!may_write(log)) {
		log->left_out++;
		return;
	}
	/* The note and the line */
	if (log->length + (size_t)2 * LOG_MAX_LINE > sizeof(log->text))
		log_flush(log);
	if (log->left_out) {
		end_line(log, snprintf(log->text + log->length, LOG_MAX_LINE,
				       "(%u lines are left out here)", log->left_out));
		log->lines += log->left_out;
		log->left_out = 0;
	}
	va_start(arguments, format);
	length = vsnprintf(log->text + log->length, LOG_MAX_LINE, format, arguments);
	va_end(arguments);
	end_line(log, length);
	log->lines++;
}
