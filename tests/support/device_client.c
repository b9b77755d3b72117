// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/device_client.h"

/* A wait that ends without an answer fails; an emulated server on a busy machine is slow. */
#define PATIENCE_S 60

void client_make(struct message *message, unsigned int command, const void *body, size_t length)
{
	static uint16_t id = 0x1234;

	message->header = (struct vfio_user_header){
		.id = id++,
		.command = (uint16_t)command,
		.size = (uint32_t)(sizeof(message->header) + length),
	};
	message->fd_count = 0;
	memset(message->body, 0, length);
	if (body)
		memcpy(message->body, body, length);
}

void client_make_access(struct message *message, unsigned int region, uint64_t offset,
			const void *data, size_t length)
{
	const struct vfio_user_region_access access = { offset, region, (uint32_t)length };

	client_make(message, data ? VFIO_USER_REGION_WRITE : VFIO_USER_REGION_READ, &access,
		    sizeof(access));
	if (data)
		message_add(message, data, length);
}

int client_connect(const char *path)
{
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience))) {
		int error = -errno;

		if (fd >= 0)
			close(fd);
		return error;
	}
	return fd;
}

bool client_send(int fd, const struct message *message)
{
	char control[CMSG_SPACE(MESSAGE_MAX_FDS * sizeof(int))] = { 0 };
	struct iovec part = { (void *)message, message->header.size };
	struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };
	size_t size = message->fd_count * sizeof(int);

	if (size) {
		struct cmsghdr *fds;

		header.msg_control = control;
		header.msg_controllen = CMSG_SPACE(size);
		fds = CMSG_FIRSTHDR(&header);
		fds->cmsg_level = SOL_SOCKET;
		fds->cmsg_type = SCM_RIGHTS;
		fds->cmsg_len = CMSG_LEN(size);
		memcpy(CMSG_DATA(fds), message->fds, size);
	}
	return sendmsg(fd, &header, MSG_NOSIGNAL) == (ssize_t)part.iov_len;
}

static bool receive_all(int fd, void *data, size_t size)
{
	return !size || recv(fd, data, size, MSG_WAITALL) == (ssize_t)size;
}

bool client_receive(int fd, struct message *reply)
{
	const struct vfio_user_header *header = &reply->header;

	reply->fd_count = 0;
	return receive_all(fd, &reply->header, sizeof(reply->header)) &&
	       (header->flags & VFIO_USER_TYPE) == VFIO_USER_REPLY &&
	       header->size >= sizeof(*header) &&
	       header->size <= sizeof(*header) + MESSAGE_MAX_BODY &&
	       receive_all(fd, reply->body, message_length(reply));
}

int client_call(int fd, const struct message *message, struct message *reply)
{
	if (!client_send(fd, message) || !client_receive(fd, reply) ||
	    reply->header.id != message->header.id ||
	    reply->header.command != message->header.command)
		return -1;
	return reply->header.flags & VFIO_USER_ERROR ? (int)reply->header.error : 0;
}

int client_agree(int fd)
{
	static const char data[] =
		"\0\0\0\0"
		"{\"capabilities\": {\"max_msg_fds\": 16, \"max_data_xfer_size\": 1048576, "
		"\"pgsizes\": 4096, \"max_dma_maps\": 65535, \"write_multiple\": true, "
		"\"migration\": {\"pgsize\": 4096, \"max_bitmap_size\": 268435456}}}";
	static struct message message, reply;

	client_make(&message, VFIO_USER_VERSION, data, sizeof(data));
	return client_call(fd, &message, &reply);
}
