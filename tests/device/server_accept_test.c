// SPDX-License-Identifier: GPL-2.0-or-later
/* device/server.h: clients that can't be accepted. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "made_server.h"

/* No descriptor is left for a client: the listener isn't polled for a second. */

static int full;

static void joins_in_vain(void)
{
	first_joins();
	accept_error = full;
}

static void is_not_looked_at(void)
{
	assert_int_equal(waited[1].fd, -1);
	assert_int_equal(timeout_, 1000);
	accept_error = 0;
}

static void is_looked_at_again(void)
{
	assert_int_equal(waited[1].fd, listener.fd);
	assert_int_equal(timeout_, -1);
	assert_string_equal(logged(), "");
}

static void second_joins_in_vain(void)
{
	second_joins();
	accept_error = full;
}

/* The first client now has less time than the listener is left out. */
static void time_goes_by(void)
{
	is_not_looked_at();
	milliseconds += WAIT - 999;
	accept_error = full;
}

static void still_time_left(void)
{
	assert_int_equal(timeout_, 999);
}

static void test_full(void **state)
{
	static const int errors[] = { EMFILE, ENFILE, ENOBUFS, ENOMEM };
	static step *const alone[] = {
		joins_in_vain, is_not_looked_at, is_looked_at_again, first_is_there, end, NULL
	};
	static step *const beside[] = { first_joins,
					second_joins_in_vain,
					time_goes_by,
					still_time_left,
					still_time_left,
					end,
					NULL };

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		full = errors[i];
		assert_int_equal(serve(alone), 0);
		close(first);
	}
	assert_int_equal(serve(beside), 0);
	accept_error = 0;
	close(first);
	close(second);
}

static void time_ends(void)
{
	second_joins_in_vain();
	accept_time = WAIT;
}

static void no_time_left(void)
{
	assert_int_equal(timeout_, 0);
	accept_error = 0;
}

/* The first client's time is over before the listener is polled again. */
static void test_full_and_late(void **state)
{
	static step *const some[] = { first_joins, time_ends, no_time_left, end, NULL };

	(void)state;
	full = EMFILE;
	assert_int_equal(serve(some), 0);
	assert_true(is_dropped(first));
	close(first);
	close(second);
}

static void gave_up(void)
{
	assert_int_equal(waited[1].fd, listener.fd);
	assert_int_equal(timeout_, -1);
	accept_error = 0;
}

/* A client that has disconnected before it was accepted */
static void test_gave_up(void **state)
{
	static step *const some[] = { joins_in_vain, gave_up, end, NULL };

	(void)state;
	full = ECONNABORTED;
	assert_int_equal(serve(some), 0);
	close(first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_full),
		TEST(test_full_and_late),
		TEST(test_gave_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
