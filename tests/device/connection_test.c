// SPDX-License-Identifier: GPL-2.0-or-later
/* device/connection.h: messages in parts, messages that are refused, and descriptors of replies. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "connection.h"
#include "made_log.h"
#include "support/device_client.h"

#define GIFTS 3

static int gift;
static int begun, ended;
static int64_t milliseconds; /* of the connection's clock */

int clock_gettime(clockid_t clock, struct timespec *time)
{
	(void)clock;
	*time = (struct timespec){ milliseconds / 1000, milliseconds % 1000 * 1000000 };
	return 0;
}

/* Replies with GIFTS descriptors, or with none, and with as many bytes as there can be. */
static int give(void *served, struct message *message, struct message *reply)
{
	static const uint8_t bytes[MESSAGE_MAX_BODY];

	(void)served;
	message_add(reply, bytes, sizeof(bytes));
	for (int i = 0; message->header.command == VFIO_USER_DEVICE_GET_INFO && i < GIFTS; i++)
		reply->fds[reply->fd_count++] = gift;
	return 0;
}

static int echo(void *served, struct message *message, struct message *reply)
{
	(void)served;
	message_add(reply, message->body, message_length(message));
	return 0;
}

static void begin(void *served)
{
	(void)served;
	begun++;
}

static void end(void *served)
{
	(void)served;
	ended++;
}

static const struct command commands[] = {
	[VFIO_USER_DEVICE_GET_INFO] = { "GIVE", 0, 0, 0, give },
	[VFIO_USER_DEVICE_RESET] = { "GIVE_NONE", 0, 0, 0, give },
	[VFIO_USER_REGION_READ] = { "ECHO", 1, 8, MESSAGE_MAX_FDS, echo },
};
static const struct service service = { commands, VFIO_USER_DEVICE_RESET + 1, begin, end, NULL };

static struct connection connection;
static struct log log_;
static int log_pipe[2];
static int client;
static struct message message, reply;

/* @send_buffer: of the server's socket; 0: as it is */
static void join(int send_buffer)
{
	const struct vfio_user_version version = { 0, 1 };
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	if (send_buffer)
		setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof(send_buffer));
	log_init(&log_, log_pipe[1]);
	connection_open(&connection, ends[0], &service, &log_);
	client = ends[1];
	client_make(&message, VFIO_USER_VERSION, &version, sizeof(version));
	assert_true(client_send(client, &message) && connection_serve(&connection));
	assert_true(client_receive(client, &reply));
}

/* Receives what is there; returns how many bytes, and adds up the descriptors, all of the file. */
static ssize_t take(int *fds, size_t size)
{
	char control[CMSG_SPACE(MESSAGE_MAX_FDS * sizeof(int))], bytes[8192];
	struct iovec part = { bytes, size < sizeof(bytes) ? size : sizeof(bytes) };
	struct msghdr header = { .msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control) };
	ssize_t count = recvmsg(client, &header, MSG_DONTWAIT);

	for (struct cmsghdr *at = count < 0 ? NULL : CMSG_FIRSTHDR(&header); at;
	     at = CMSG_NXTHDR(&header, at)) {
		for (size_t i = 0; i < (at->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(at) + i * sizeof(int), sizeof(fd));
			assert_int_equal(lseek(fd, 0, SEEK_CUR), 7);
			close(fd);
			++*fds;
		}
	}
	return count;
}

static void ask(unsigned int command)
{
	client_make(&message, command, NULL, 0);
	assert_true(client_send(client, &message));
	assert_true(connection_serve(&connection));
}

static void leave(void)
{
	connection_close(&connection);
	close(client);
}

static void test_descriptors(void **state)
{
	int fds = 0;

	(void)state;
	join(0);
	ask(VFIO_USER_DEVICE_GET_INFO);
	assert_int_equal(take(&fds, SIZE_MAX), sizeof(struct vfio_user_header) + MESSAGE_MAX_BODY);
	assert_int_equal(fds, GIFTS);

	/* they belong to that reply alone, and the service keeps its own */
	ask(VFIO_USER_DEVICE_RESET);
	assert_int_equal(take(&fds, SIZE_MAX), sizeof(struct vfio_user_header) + MESSAGE_MAX_BODY);
	assert_int_equal(fds, GIFTS);
	assert_true(fcntl(gift, F_GETFD) >= 0);
	leave();
}

/* A reply that goes in parts has its descriptors once. */
static void test_parts(void **state)
{
	size_t left = sizeof(struct vfio_user_header) + MESSAGE_MAX_BODY;
	int fds = 0, parts = 0, asked = 0;

	(void)state;
	join(1);
	/* until one doesn't fit as a whole */
	do {
		ask(VFIO_USER_DEVICE_GET_INFO);
		asked++;
	} while (connection_events(&connection) == POLLIN);
	left *= (size_t)asked;
	while (left) {
		ssize_t count = take(&fds, 1000);

		if (count > 0)
			left -= (size_t)count;
		if (connection_events(&connection) == POLLOUT) {
			assert_true(connection_serve(&connection));
			parts++;
		}
	}
	assert_int_equal(fds, GIFTS * asked);
	assert_true(parts > 0);
	leave();
}

/* A listener that was passed may have SO_PASSCRED: credentials aren't descriptors. */
static void test_credentials(void **state)
{
	const int on = 1;

	(void)state;
	join(0);
	assert_int_equal(setsockopt(connection.fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)), 0);
	ask(VFIO_USER_DEVICE_RESET);
	assert_true(client_receive(client, &reply));
	assert_int_equal(reply.header.error, 0);
	leave();
}

/* Sends some bytes of @message, from @first on. Returns whether the client may stay. */
static bool send_bytes(size_t first, size_t count)
{
	assert_int_equal(send(client, (const uint8_t *)&message + first, count, 0), count);
	return connection_serve(&connection);
}

static void make_echo(void)
{
	client_make(&message, VFIO_USER_REGION_READ, "12345678", 8);
}

static bool has_nothing(void)
{
	char byte;

	return recv(client, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

static void check_echo(void)
{
	assert_true(client_receive(client, &reply));
	assert_int_equal(reply.header.id, message.header.id);
	assert_int_equal(message_length(&reply), 8);
	assert_memory_equal(reply.body, "12345678", 8);
	assert_int_equal(connection_time_left(&connection), -1);
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

/* Messages that are refused */

static const char *logged(void)
{
	log_flush(&log_);
	return read_log(log_pipe[0]);
}

/* The last answer, after which the client is dropped */
static void check_dropped(int error)
{
	assert_true(client_receive(client, &reply));
	assert_int_equal(reply.header.id, message.header.id);
	assert_int_equal(reply.header.flags, VFIO_USER_REPLY | VFIO_USER_ERROR);
	assert_int_equal(reply.header.error, error);
	assert_non_null(strstr(logged(), strerror(error)));
	assert_true(has_nothing());
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

/* Sends bytes of @message with so many descriptors of a pipe's end; returns the other end. */
static int send_with(size_t first, size_t count, size_t fds)
{
	char control[CMSG_SPACE((MESSAGE_MAX_FDS + 1) * sizeof(int))] = { 0 };
	struct iovec part = { (uint8_t *)&message + first, count };
	struct msghdr header = { .msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = CMSG_SPACE(fds * sizeof(int)) };
	struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(fds * sizeof(int));
	for (size_t i = 0; i < fds; i++)
		memcpy(CMSG_DATA(rights) + i * sizeof(int), &ends[1], sizeof(int));
	assert_int_equal(sendmsg(client, &header, MSG_NOSIGNAL), count);
	close(ends[1]);
	return ends[0];
}

/* The server has closed the other end. */
static void check_closed(int end)
{
	char byte;

	assert_int_equal(read(end, &byte, 1), 0);
	close(end);
}

/* An unknown command accepts no descriptor, which is closed. */
static void test_unknown_command(void **state)
{
	int end;

	(void)state;
	join(0);
	client_make(&message, 99, NULL, 3);
	end = send_with(0, message.header.size, 1);
	assert_false(connection_serve(&connection));
	check_closed(end);
	check_dropped(EINVAL);
	leave();

	/* without one, the client stays */
	join(0);
	client_make(&message, 99, NULL, 3);
	assert_true(send_bytes(0, message.header.size));
	assert_true(client_receive(client, &reply));
	assert_int_equal(reply.header.error, EOPNOTSUPP);
	assert_non_null(strstr(logged(), "99"));
	leave();
}

/* Descriptors are closed if the command doesn't keep them, or the message stays incomplete. */
static void test_closed(void **state)
{
	int end;

	(void)state;
	join(0);
	make_echo();
	end = send_with(0, message.header.size, MESSAGE_MAX_FDS);
	assert_true(connection_serve(&connection));
	check_closed(end);
	check_echo();

	make_echo();
	end = send_with(0, 1, 1);
	assert_true(connection_serve(&connection));
	leave();
	check_closed(end);
}

/* One too many, in the first part or in a second one */
static void test_too_many_descriptors(void **state)
{
	int end, other;

	(void)state;
	join(0);
	make_echo();
	end = send_with(0, message.header.size, MESSAGE_MAX_FDS + 1);
	assert_false(connection_serve(&connection));
	check_dropped(EMFILE);
	leave();
	check_closed(end);

	join(0);
	make_echo();
	end = send_with(0, sizeof(message.header), MESSAGE_MAX_FDS);
	assert_true(connection_serve(&connection));
	other = send_with(sizeof(message.header), 8, 1);
	assert_false(connection_serve(&connection));
	check_dropped(EMFILE);
	leave();
	check_closed(end);
	check_closed(other);
}

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_descriptors),  cmocka_unit_test(test_parts),
		cmocka_unit_test(test_credentials),  cmocka_unit_test(test_begin_and_end),
		cmocka_unit_test(test_byte_by_byte), cmocka_unit_test(test_two_parts),
		cmocka_unit_test(test_many),	     cmocka_unit_test(test_first_message),
		cmocka_unit_test(test_no_reply),     cmocka_unit_test(test_gone),
		cmocka_unit_test(test_gone_unread),  cmocka_unit_test(test_gone_unsent),
		cmocka_unit_test(test_headers),	     cmocka_unit_test(test_unknown_command),
		cmocka_unit_test(test_closed),	     cmocka_unit_test(test_too_many_descriptors),
	};

	gift = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	lseek(gift, 7, SEEK_SET);
	if (pipe2(log_pipe, O_CLOEXEC | O_NONBLOCK))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
