// SPDX-License-Identifier: GPL-2.0-or-later
/* device/connection.h: descriptors that go with a reply. */
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

#include "connection.h"
#include "support/device_client.h"

#define GIFTS 3

static int gift;
static int begun, ended;

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
};
static const struct service service = { commands, VFIO_USER_DEVICE_RESET + 1, begin, end, NULL };

static struct connection connection;
static struct log quiet;
static int client;

/* @send_buffer: of the server's socket; 0: as it is */
static void join(int send_buffer)
{
	static struct message message, reply;
	const struct vfio_user_version version = { 0, 1 };
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	if (send_buffer)
		setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof(send_buffer));
	log_init(&quiet, -1);
	connection_open(&connection, ends[0], &service, &quiet);
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
	static struct message message;

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
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_begin_and_end),
	};

	gift = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	lseek(gift, 7, SEEK_SET);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
