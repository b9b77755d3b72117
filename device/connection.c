// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "connection.h"

static bool has_reply(const struct connection *connection)
{
	return connection->sent < connection->reply.header.size;
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * INT64_C(1000) + time.tv_nsec / 1000000;
}

/* Does the server wait for the client's version, the rest of a message, or room for a reply? */
static bool owes(const struct connection *connection)
{
	return !connection->session.agreed || connection->receiver.have || has_reply(connection);
}

/* If the server already waits, the deadline stays. */
static void set_deadline(struct connection *connection)
{
	if (!owes(connection))
		connection->deadline = 0;
	else if (!connection->deadline)
		connection->deadline = now() + CONNECTION_PATIENCE_S * INT64_C(1000);
}

int connection_time_left(const struct connection *connection)
{
	int64_t left = connection->deadline - now();

	if (!connection->deadline)
		return -1;
	return left > 0 ? (int)left : 0;
}

void connection_open(struct connection *connection, int fd, const struct service *service,
		     struct log *log)
{
	connection->fd = fd;
	connection->receiver.have = 0;
	connection->receiver.message.fd_count = 0;
	connection->reply.header.size = 0;
	connection->sent = 0;
	connection->dropped = 0;
	connection->deadline = 0;
	connection->log = log;
	session_init(&connection->session, service, log);
	set_deadline(connection);
}

/* Until a client has read its reply, its next message isn't read. */
short connection_events(const struct connection *connection)
{
	return has_reply(connection) ? POLLOUT : POLLIN;
}

/* The descriptors are sent with the first byte. */
static void add_fds(struct msghdr *header, const struct message *reply)
{
	size_t size = reply->fd_count * sizeof(reply->fds[0]);
	struct cmsghdr *fds = header->msg_control;

	header->msg_controllen = CMSG_SPACE(size);
	fds->cmsg_level = SOL_SOCKET;
	fds->cmsg_type = SCM_RIGHTS;
	fds->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(fds), reply->fds, size);
}

static ssize_t send_part(const struct connection *connection)
{
	const struct message *reply = &connection->reply;
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(reply->fds))] = { 0 };
	struct iovec part = { (uint8_t *)reply + connection->sent,
			      reply->header.size - connection->sent };
	struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control };

	if (!connection->sent && reply->fd_count)
		add_fds(&header, reply);
	return sendmsg(connection->fd, &header, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Returns 1 if the whole reply was sent, 0 if not yet, or a negative errno. */
static int send_reply(struct connection *connection)
{
	while (has_reply(connection)) {
		ssize_t count = send_part(connection);

		if (count < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : -errno;
		connection->sent += (size_t)count;
	}
	return 1;
}

static int take_fds(struct connection *connection, struct msghdr *header)
{
	int ret = header->msg_flags & MSG_CTRUNC ? -EMFILE : 0;

	for (struct cmsghdr *part = CMSG_FIRSTHDR(header); part; part = CMSG_NXTHDR(header, part)) {
		int fds[MESSAGE_MAX_FDS], error;
		size_t size = part->cmsg_len - CMSG_LEN(0);

		if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
			continue;
		memcpy(fds, CMSG_DATA(part), size);
		error = receiver_took_fds(&connection->receiver, fds, size / sizeof(fds[0]));
		if (error)
			ret = error;
	}
	return ret;
}

/* Returns how many bytes have arrived, 0 if none have yet, or a negative errno. */
static ssize_t receive_part(struct connection *connection)
{
	char control[CMSG_SPACE(MESSAGE_MAX_FDS * sizeof(int))];
	struct iovec part;
	struct msghdr header = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t count;
	int ret;

	part.iov_base = receiver_room(&connection->receiver, &part.iov_len);
	count = recvmsg(connection->fd, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (count < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	ret = header.msg_controllen ? take_fds(connection, &header) : 0;
	if (ret)
		return ret;
	return count ? count : -ECONNRESET;
}

/* Returns 1 if there is a message, 0 if not yet, or a negative errno. */
static int receive(struct connection *connection)
{
	int whole = 0;

	while (!whole) {
		ssize_t count = receive_part(connection);

		if (count <= 0)
			return (int)count;
		whole = receiver_took(&connection->receiver, (size_t)count);
	}
	return whole;
}

/* Replies to an invalid header or to too many descriptors, and drops the client. */
static void refuse(struct connection *connection, int error)
{
	message_reply(&connection->reply, &connection->receiver.message, error);
	connection->sent = 0;
	connection->dropped = error;
	log_line(connection->log, "client: invalid message: %s", strerror(-error));
}

static bool is_about_message(int error)
{
	return error == -EINVAL || error == -EMSGSIZE || error == -EMFILE;
}

/* Returns false if the client is gone. */
static bool take_message(struct connection *connection)
{
	int ret = receive(connection);

	if (is_about_message(ret))
		refuse(connection, ret);
	else if (ret < 0)
		return false;
	if (ret != 1)
		return true;

	connection->dropped = session_handle(&connection->session, &connection->receiver.message,
					     &connection->reply);
	connection->sent = 0;
	connection->deadline = 0;
	receiver_next(&connection->receiver);
	return true;
}

bool connection_serve(struct connection *connection)
{
	int sent;

	if (!has_reply(connection) && !take_message(connection))
		return false;
	sent = send_reply(connection);
	set_deadline(connection);
	return sent >= 0 && (has_reply(connection) || !connection->dropped);
}

void connection_close(struct connection *connection)
{
	receiver_next(&connection->receiver);
	session_end(&connection->session);
	close(connection->fd);
	connection->fd = -1;
}
