// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "made_connection.h"
#include "made_log.h"
#include "support/device_client.h"

int gift;
int begun, ended;
int64_t milliseconds;

int clock_gettime(clockid_t clock, struct timespec *time)
{
	(void)clock;
	*time = (struct timespec){ milliseconds / 1000, milliseconds % 1000 * 1000000 };
	return 0;
}

/* Replies with GIFTS descriptors, or with none, and with as many bytes as there can be. */
static int give(void *served, struct message *asked, struct message *answer)
{
	static const uint8_t bytes[MESSAGE_MAX_BODY];

	(void)served;
	message_add(answer, bytes, sizeof(bytes));
	for (int i = 0; asked->header.command == VFIO_USER_DEVICE_GET_INFO && i < GIFTS; i++)
		answer->fds[answer->fd_count++] = gift;
	return 0;
}

static int echo(void *served, struct message *asked, struct message *answer)
{
	(void)served;
	message_add(answer, asked->body, message_length(asked));
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
const struct service service = { commands, VFIO_USER_DEVICE_RESET + 1, begin, end, NULL };

struct connection connection;
struct log log_;
static int log_pipe[2];
int client;
struct message message, reply;

void join(int send_buffer)
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

void ask(unsigned int command)
{
	client_make(&message, command, NULL, 0);
	assert_true(client_send(client, &message));
	assert_true(connection_serve(&connection));
}

void leave(void)
{
	connection_close(&connection);
	close(client);
}

bool send_bytes(size_t first, size_t count)
{
	assert_int_equal(send(client, (const uint8_t *)&message + first, count, 0), count);
	return connection_serve(&connection);
}

void make_echo(void)
{
	client_make(&message, VFIO_USER_REGION_READ, "12345678", 8);
}

bool has_nothing(void)
{
	char byte;

	return recv(client, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

void check_echo(void)
{
	assert_true(client_receive(client, &reply));
	assert_int_equal(reply.header.id, message.header.id);
	assert_int_equal(message_length(&reply), 8);
	assert_memory_equal(reply.body, "12345678", 8);
	assert_int_equal(connection_time_left(&connection), -1);
}

const char *logged(void)
{
	log_flush(&log_);
	return read_log(log_pipe[0]);
}

void check_dropped(int error)
{
	assert_true(client_receive(client, &reply));
	assert_int_equal(reply.header.id, message.header.id);
	assert_int_equal(reply.header.flags, VFIO_USER_REPLY | VFIO_USER_ERROR);
	assert_int_equal(reply.header.error, error);
	assert_non_null(strstr(logged(), strerror(error)));
	assert_true(has_nothing());
}

int setup_all(void **state)
{
	(void)state;
	gift = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	return lseek(gift, GIFT_OFFSET, SEEK_SET) == GIFT_OFFSET
		       ? pipe2(log_pipe, O_CLOEXEC | O_NONBLOCK)
		       : -1;
}
