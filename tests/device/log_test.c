// SPDX-License-Identifier: GPL-2.0-or-later
/* device/log.h: its size has bounds, whatever clients do and whoever doesn't read it. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "log.h"

#define DAY_S	 86400
#define LINE	 "a line\n"
#define LEFT_OUT "(%u lines are left out here)\n"

static struct log log_;
static int pipe_[2];
static time_t seconds;

/* The log's clock */
int clock_gettime(clockid_t clock, struct timespec *time)
{
	(void)clock;
	*time = (struct timespec){ .tv_sec = seconds };
	return 0;
}

static int setup(void **state)
{
	(void)state;
	seconds = 1000;
	if (pipe2(pipe_, O_CLOEXEC | O_NONBLOCK))
		return -1;
	/* The log's end waits, as a pipe's does. */
	fcntl(pipe_[1], F_SETFL, O_WRONLY);
	log_init(&log_, pipe_[1]);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	close(pipe_[0]);
	close(pipe_[1]);
	return 0;
}

/* Takes what is in the pipe; returns how much it was. */
static size_t drain(char *text, size_t size)
{
	ssize_t count = read(pipe_[0], text, size - 1);

	text[count > 0 ? count : 0] = '\0';
	return count > 0 ? (size_t)count : 0;
}

static void test_lines(void **state)
{
	char text[1024], longest[2 * LOG_MAX_LINE];

	(void)state;
	log_line(&log_, "%s", "a line");
	assert_int_equal(drain(text, sizeof(text)), 0);
	log_line(&log_, "number %d", 7);
	log_flush(&log_);
	drain(text, sizeof(text));
	assert_string_equal(text, LINE "number 7\n");
	log_flush(&log_);
	assert_int_equal(drain(text, sizeof(text)), 0);

	log_line(&log_, "%s", "");
	log_flush(&log_);
	drain(text, sizeof(text));
	assert_string_equal(text, "\n");

	/* a line that is too long is cut */
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	log_line(&log_, "%s", longest);
	log_flush(&log_);
	assert_int_equal(drain(text, sizeof(text)), LOG_MAX_LINE);
	assert_int_equal(text[LOG_MAX_LINE - 1], '\n');
	assert_int_equal(text[LOG_MAX_LINE - 2], 'x');
}

static void test_none(void **state)
{
	(void)state;
	log_init(&log_, -1);
	for (int i = 0; i < 1000; i++)
		log_line(&log_, "a line");
	log_flush(&log_);
	assert_int_equal(log_.length, 0);
	assert_int_equal(log_.left_out, 0);
}

/* Descriptor 0 is as good as any. */
static void test_first_descriptor(void **state)
{
	int kept = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	char text[64];

	(void)state;
	dup2(pipe_[1], STDIN_FILENO);
	log_init(&log_, STDIN_FILENO);
	log_line(&log_, "a line");
	log_flush(&log_);
	dup2(kept, STDIN_FILENO);
	close(kept);
	drain(text, sizeof(text));
	assert_string_equal(text, LINE);
}

/* Writes @count lines, and returns how many of them came out. */
static unsigned int write_lines(unsigned int count)
{
	unsigned int before = log_.left_out;
	char text[PIPE_BUF + 1];
	unsigned int lines = 0;

	for (unsigned int i = 0; i < count; i++) {
		log_line(&log_, "a line");
		log_flush(&log_);
		lines += drain(text, sizeof(text)) > 0;
	}
	assert_int_equal(log_.left_out, lines ? count - lines : before + count);
	return lines;
}

static void test_budget(void **state)
{
	char text[256];

	(void)state;
	assert_int_equal(write_lines(LOG_BUDGET + 5), LOG_BUDGET);

	/* a line for each ten seconds, and the note in front of it */
	seconds += LOG_REFILL_S - 1;
	assert_int_equal(write_lines(1), 0);
	seconds += 1;
	log_line(&log_, "a line");
	log_flush(&log_);
	drain(text, sizeof(text));
	assert_string_equal(text, "(6 lines are left out here)\n" LINE);
	assert_int_equal(write_lines(1), 0);

	/* it doesn't grow beyond its limit, neither in a very long time nor if a part is left */
	seconds += INT64_C(1) << 40;
	assert_int_equal(write_lines(LOG_BUDGET + 1), LOG_BUDGET);
	seconds += INT64_C(1) << 40;
	assert_int_equal(write_lines(5), 5);
	seconds += (time_t)10 * LOG_REFILL_S;
	assert_int_equal(write_lines(LOG_BUDGET + 1), LOG_BUDGET);
}

/* As the manual has it: less than a megabyte a day, if each line is as long as one of a client */
static void test_day(void **state)
{
	static const char line[] = "client: unknown command (65535), 4112 bytes, 16 descriptors: "
				   "refused: Operation not supported";
	size_t written = 0;
	char text[PIPE_BUF + 1];

	(void)state;
	write_lines(LOG_BUDGET);
	for (time_t end = seconds + DAY_S; seconds < end; seconds++) {
		for (int i = 0; i < 3; i++)
			log_line(&log_, "%s", line);
		log_flush(&log_);
		written += drain(text, sizeof(text));
	}
	assert_in_range(written, DAY_S / LOG_REFILL_S * sizeof(line), 1200000);
}

/* A pipe that nobody reads: lines are left out and counted, and the log goes on afterwards. */
static void test_unread(void **state)
{
	static char all[1 << 20];
	unsigned int written = 0, left_out = 0;
	char text[256];

	(void)state;
	fcntl(pipe_[1], F_SETPIPE_SZ, 4096);
	for (int i = 0; i < 5000; i++)
		log_line(&log_, "a line");
	log_flush(&log_);
	for (size_t count = drain(all, sizeof(all)), at = 0; at < count; at++)
		written += all[at] == '\n';
	assert_in_range(written, 1, 4096 / strlen(LINE));

	log_line(&log_, "another");
	log_flush(&log_);
	drain(text, sizeof(text));
	assert_int_equal(sscanf(text, LEFT_OUT, &left_out), 1);
	assert_int_equal(written + left_out, 5000);
	assert_non_null(strstr(text, "\nanother\n"));
}

/* Lines that don't fit beside those that wait, with the note before them, are written later. */
static void test_room(void **state)
{
	static char all[1 << 16];

	(void)state;
	while (log_.length + 2ul * LOG_MAX_LINE <= sizeof(log_.text))
		log_line(&log_, "a line");
	log_.budget = 0;
	log_line(&log_, "one line too many");
	seconds += LOG_REFILL_S;
	log_line(&log_, "%0*d", LOG_MAX_LINE, 0);
	assert_in_range(log_.length, LOG_MAX_LINE + 1, 2 * LOG_MAX_LINE);
	log_flush(&log_);
	drain(all, sizeof(all));
	assert_non_null(strstr(all, LINE "(1 lines are left out here)\n000"));
}

/* A full pipe that nobody can read any more: no write, which would raise SIGPIPE. */
static void test_reader_gone(void **state)
{
	unsigned int before;

	(void)state;
	fcntl(pipe_[1], F_SETPIPE_SZ, 4096);
	for (int i = 0; i < 5000; i++)
		log_line(&log_, "a line");
	log_flush(&log_);
	before = log_.left_out;
	close(pipe_[0]);
	log_line(&log_, "another");
	log_flush(&log_);
	assert_int_equal(log_.left_out, before + 1);
	pipe_[0] = -1;
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_lines),  TEST(test_none),	   TEST(test_first_descriptor),
		TEST(test_budget), TEST(test_day),	   TEST(test_unread),
		TEST(test_room),   TEST(test_reader_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
