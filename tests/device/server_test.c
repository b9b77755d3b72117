// SPDX-License-Identifier: GPL-2.0-or-later
/* device/server.h: which clients are served, how long, and what ends the server. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "made_server.h"
#include "support/device_client.h"

/* Steps */

static void end_by_interrupt(void)
{
	raise(SIGINT);
}

static void second_is_away(void)
{
	assert_true(is_dropped(second));
	assert_false(is_dropped(first));
	assert_non_null(strchr(logged(), '\n'));
	close(second);
}

static void first_agrees(void)
{
	const struct vfio_user_version version = { 0, 1 };
	static struct message message;

	client_make(&message, VFIO_USER_VERSION, &version, sizeof(version));
	assert_true(client_send(first, &message));
}

/* It may be silent now. */
static void first_has_agreed(void)
{
	static struct message reply;

	assert_true(client_receive(first, &reply));
	assert_int_equal(reply.header.flags, VFIO_USER_REPLY);
	assert_int_equal(timeout_, -1);
	milliseconds += 10 * WAIT;
}

static void first_leaves(void)
{
	close(first);
}

static void nothing_for_long(void)
{
	assert_int_equal(timeout_, WAIT);
	milliseconds += WAIT - 1;
}

static void nothing_for_a_moment(void)
{
	assert_int_equal(timeout_, 1);
	assert_false(is_dropped(first));
	logged();
	milliseconds++;
}

static void first_is_dropped(void)
{
	assert_true(is_dropped(first));
	assert_non_null(strchr(logged(), '\n'));
	close(first);
	assert_int_equal(waited[2].fd, -1);
	assert_int_equal(timeout_, -1);
}

/* Tests */

static void test_ends(void **state)
{
	static step *const by_term[] = { end, NULL };
	static step *const by_interrupt[] = { end_by_interrupt, NULL };
	static step *const with_client[] = { first_joins, end, NULL };

	(void)state;
	assert_int_equal(serve(by_term), 0);
	assert_int_equal(serve(by_interrupt), 0);
	assert_int_equal(serve(with_client), 0);
	assert_true(is_dropped(first));
	close(first);
	/* SIGPIPE doesn't end the program */
	raise(SIGPIPE);
}

static void test_second_client(void **state)
{
	static step *const some[] = { first_joins,  second_joins, second_is_away,
				      first_leaves, first_joins,  end,
				      NULL };

	(void)state;
	assert_int_equal(serve(some), 0);
	close(first);
}

static void test_silence(void **state)
{
	static step *const before[] = { first_joins,
					nothing_for_long,
					nothing_for_a_moment,
					first_is_dropped,
					first_joins,
					end,
					NULL };
	static step *const after[] = { first_joins, first_agrees, first_has_agreed, end, NULL };

	(void)state;
	assert_int_equal(serve(before), 0);
	close(first);
	assert_int_equal(serve(after), 0);
	close(first);
}

/* Descriptor 0 is as good as any. */

static int kept;

static void first_joins_as_0(void)
{
	first_joins();
	kept = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	close(STDIN_FILENO);
}

static void first_is_0(void)
{
	assert_int_equal(server.client.fd, STDIN_FILENO);
	second_joins();
}

static void test_first_descriptor(void **state)
{
	static step *const silent[] = { first_joins_as_0,
					first_is_0,
					second_is_away,
					nothing_for_long,
					nothing_for_a_moment,
					first_is_dropped,
					end,
					NULL };
	static step *const there[] = { first_joins_as_0, end, NULL };

	(void)state;
	assert_int_equal(serve(silent), 0);
	dup2(kept, STDIN_FILENO);
	close(kept);
	assert_int_equal(serve(there), 0);
	assert_true(is_dropped(first));
	close(first);
	dup2(kept, STDIN_FILENO);
	close(kept);
}

static void is_interrupted(void)
{
	poll_error = EINTR;
}

static void fails(void)
{
	poll_error = ENOMEM;
}

static void test_errors(void **state)
{
	static step *const interrupted[] = { is_interrupted, first_joins, is_interrupted, end,
					     NULL };
	static step *const failed[] = { first_joins, fails, NULL };

	(void)state;
	assert_int_equal(serve(interrupted), 0);
	assert_true(is_dropped(first));
	close(first);
	assert_int_equal(serve(failed), -ENOMEM);
	assert_non_null(strstr(why.text, strerror(ENOMEM)));
	assert_true(is_dropped(first));
	close(first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_ends),    TEST(test_second_client),
		TEST(test_silence), TEST(test_first_descriptor),
		TEST(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
