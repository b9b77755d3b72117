// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "message.h"

#define HEADER sizeof(struct vfio_user_header)

size_t message_length(const struct message *message)
{
	return message->header.size - HEADER;
}

void message_add(struct message *message, const void *data, size_t length)
{
	if (length) /* memcpy() must not be given NULL, which @data may be without bytes */
		memcpy(message->body + message_length(message), data, length);
	message->header.size += (uint32_t)length;
}

void message_close_fds(struct message *message)
{
	for (size_t i = 0; i < message->fd_count; i++)
		if (message->fds[i] >= 0)
			close(message->fds[i]);
	message->fd_count = 0;
}

void message_reply(struct message *reply, const struct message *message, int error)
{
	reply->header = (struct vfio_user_header){
		.id = message->header.id,
		.command = message->header.command,
		.size = HEADER,
		.flags = VFIO_USER_REPLY | (error ? VFIO_USER_ERROR : 0),
		.error = (uint32_t)-error,
	};
	reply->fd_count = 0;
}

void *receiver_room(struct receiver *receiver, size_t *size)
{
	size_t end = receiver->have < HEADER ? HEADER : receiver->message.header.size;

	*size = end - receiver->have;
	return (uint8_t *)&receiver->message + receiver->have;
}

static int check_header(const struct vfio_user_header *header)
{
	if ((header->flags & VFIO_USER_TYPE) != VFIO_USER_COMMAND || header->size < HEADER)
		return -EINVAL;
	return header->size > HEADER + MESSAGE_MAX_BODY ? -EMSGSIZE : 0;
}

int receiver_took(struct receiver *receiver, size_t count)
{
	const struct vfio_user_header *header = &receiver->message.header;
	bool had_header = receiver->have >= HEADER;
	int ret;

	receiver->have += count;
	if (receiver->have < HEADER)
		return 0;
	if (!had_header) {
		ret = check_header(header);
		if (ret)
			return ret;
	}
	return receiver->have == header->size;
}

int receiver_took_fds(struct receiver *receiver, const int *fds, size_t count)
{
	struct message *message = &receiver->message;

	if (message->fd_count + count > MESSAGE_MAX_FDS) {
		for (size_t i = 0; i < count; i++)
			close(fds[i]);
		message_close_fds(message);
		return -EMFILE;
	}
	memcpy(message->fds + message->fd_count, fds, count * sizeof(*fds));
	message->fd_count += count;
	return 0;
}

void receiver_next(struct receiver *receiver)
{
	message_close_fds(&receiver->message);
	receiver->have = 0;
}
