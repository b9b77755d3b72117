// SPDX-License-Identifier: GPL-2.0-or-later
/* device/connection.h: the descriptors of messages and of replies. */
#include <errno.h>
#include <fcntl.h>
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

/* Descriptors of replies */

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
			assert_int_equal(lseek(fd, 0, SEEK_CUR), GIFT_OFFSET);
			close(fd);
			++*fds;
		}
	}
	return count;
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

/* Descriptors of messages */

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_descriptors), cmocka_unit_test(test_parts),
		cmocka_unit_test(test_credentials), cmocka_unit_test(test_unknown_command),
		cmocka_unit_test(test_closed),	    cmocka_unit_test(test_too_many_descriptors),
	};

	return cmocka_run_group_tests(tests, setup_all, NULL);
}
