// SPDX-License-Identifier: GPL-2.0-or-later
/* device/connection.h: messages in parts, clients that leave, and headers that are refused. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "made_connection.h"
#include "support/device_client.h"

static void test_begin_and_end(void **state)
{
	(void)state;
	begun = ended = 0;
	join(0);
	assert_int_equal(begun, 1);
	assert_int_equal(ended, 0);
	leave();
	assert_int_equal(ended, 1);
}

/* The client pauses after each byte: its time runs from the first one on. */
static void test_byte_by_byte(void **state)
{
	const int patience = CONNECTION_PATIENCE_S * 1000;

	(void)state;
	milliseconds = 999;
	join(0);
	make_echo();
	assert_int_equal(connection_time_left(&connection), -1);
	for (int i = 0; i < (int)message.header.size - 1; i++) {
		assert_true(send_bytes((size_t)i, 1));
		assert_int_equal(connection_time_left(&connection), patience - i);
		assert_int_equal(connection_events(&connection), POLLIN);
		assert_true(has_nothing());
		milliseconds++;
	}
	assert_true(send_bytes(message.header.size - 1, 1));
	check_echo();

	/* the time ends, and stays at 0 */
	make_echo();
	assert_true(send_bytes(0, 1));
	milliseconds += patience - 1;
	assert_int_equal(connection_time_left(&connection), 1);
	milliseconds++;
	assert_int_equal(connection_time_left(&connection), 0);
	milliseconds += patience;
	assert_int_equal(connection_time_left(&connection), 0);
	leave();
}

/* The client pauses in a header, behind it, or in a body. */
static void test_two_parts(void **state)
{
	(void)state;
	join(0);
	for (size_t cut = 1; cut < sizeof(message.header) + 8; cut++) {
		make_echo();
		assert_true(send_bytes(0, cut));
		assert_true(has_nothing());
		assert_true(send_bytes(cut, message.header.size - cut));
		check_echo();
	}
	leave();
}

/* Each call handles one message, even if more have arrived. */
static void test_many(void **state)
{
	(void)state;
	join(0);
	make_echo();
	for (int i = 0; i < 3; i++)
		assert_int_equal(send(client, &message, message.header.size, 0),
				 message.header.size);
	for (int i = 0; i < 3; i++) {
		assert_true(connection_serve(&connection));
		check_echo();
		assert_true(has_nothing());
	}
	assert_true(connection_serve(&connection));
	assert_true(has_nothing());
	leave();
}

/* A client that sends nothing at first has the same time. */
static void test_first_message(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	client = ends[1];
	connection_open(&connection, ends[0], &service, &log_);
	assert_int_equal(connection_time_left(&connection), CONNECTION_PATIENCE_S * 1000);
	milliseconds += 1500;
	assert_int_equal(connection_time_left(&connection), CONNECTION_PATIENCE_S * 1000 - 1500);
	/* it may come in parts */
	make_echo();
	assert_true(send_bytes(0, 1));
	assert_int_equal(connection_time_left(&connection), CONNECTION_PATIENCE_S * 1000 - 1500);
	leave();
}

static void test_no_reply(void **state)
{
	(void)state;
	join(0);
	make_echo();
	message.header.flags |= VFIO_USER_NO_REPLY;
	assert_true(send_bytes(0, message.header.size));
	assert_true(has_nothing());
	assert_int_equal(connection_events(&connection), POLLIN);
	assert_int_equal(connection_time_left(&connection), -1);
	leave();
}

/* Between two messages, and within one */
static void test_gone(void **state)
{
	(void)state;
	for (size_t sent = 0; sent < 2; sent++) {
		join(0);
		make_echo();
		assert_true(!sent || send_bytes(0, sent));
		close(client);
		assert_false(connection_serve(&connection));
		connection_close(&connection);
	}
}

/* With a reply that it hasn't read, which recvmsg(2) reports as an error */
static void test_gone_unread(void **state)
{
	(void)state;
	join(0);
	ask(VFIO_USER_DEVICE_RESET);
	close(client);
	assert_false(connection_serve(&connection));
	connection_close(&connection);
}

/* Before the whole reply was sent */
static void test_gone_unsent(void **state)
{
	(void)state;
	join(1);
	do
		ask(VFIO_USER_DEVICE_RESET);
	while (connection_events(&connection) == POLLIN);
	close(client);
	assert_false(connection_serve(&connection));
	connection_close(&connection);
}

static void test_headers(void **state)
{
	static const struct {
		uint32_t size;
		int error;
	} rows[] = {
		{ sizeof(message.header) - 1, EINVAL },
		{ sizeof(message.header) + MESSAGE_MAX_BODY + 1, EMSGSIZE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		join(0);
		make_echo();
		message.header.size = rows[i].size;
		assert_false(send_bytes(0, sizeof(message.header)));
		check_dropped(rows[i].error);
		leave();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_begin_and_end), cmocka_unit_test(test_byte_by_byte),
		cmocka_unit_test(test_two_parts),     cmocka_unit_test(test_many),
		cmocka_unit_test(test_first_message), cmocka_unit_test(test_no_reply),
		cmocka_unit_test(test_gone),	      cmocka_unit_test(test_gone_unread),
		cmocka_unit_test(test_gone_unsent),   cmocka_unit_test(test_headers),
	};

	return cmocka_run_group_tests(tests, setup_all, NULL);
}
