/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages, and how to make messages from a stream of bytes and descriptors. Nothing here reads or
 * writes a socket.
 */
#ifndef DEVICE_MESSAGE_H
#define DEVICE_MESSAGE_H

#include <stdint.h>

#include "vfio_user.h"

/* The largest size of a read or write: QEMU reads all of config space at once. */
#define MESSAGE_MAX_DATA 4096
#define MESSAGE_MAX_BODY (sizeof(struct vfio_user_region_access) + MESSAGE_MAX_DATA)
/* The largest number of descriptors that QEMU sends with one message. */
#define MESSAGE_MAX_FDS 16

/* The header and the body are as in the stream. */
struct message {
	struct vfio_user_header header;
	uint8_t body[MESSAGE_MAX_BODY];
	int fds[MESSAGE_MAX_FDS]; /* -1: it was taken over */
	size_t fd_count;
};

_Static_assert(offsetof(struct message, body) == sizeof(struct vfio_user_header), "no padding");

/* The length of the body of a complete message. */
size_t message_length(const struct message *message);

/* Appends to the body. The caller must know that it fits. */
void message_add(struct message *message, const void *data, size_t length);

/* Closes the descriptors that weren't taken over. */
void message_close_fds(struct message *message);

/*
 * Makes a reply to @message, without a body and without descriptors. If @error is a negative
 * errno, it is an error. The caller still owns descriptors that it adds to the reply.
 */
void message_reply(struct message *reply, const struct message *message, int error);

/* A message that is being received. */
struct receiver {
	struct message message;
	size_t have; /* bytes of the message so far */
};

/*
 * Returns where the next bytes go, and in @size how many there may be. These are never more than
 * the message lacks, so that descriptors of the next message aren't assigned to this one.
 */
void *receiver_room(struct receiver *receiver, size_t *size);

/*
 * Accounts for @count bytes that have arrived. Returns 1 if the message is complete, 0 if not yet,
 * or a negative errno if the rest of the stream can't be parsed:
 *
 *	-EINVAL		it isn't a command, or is shorter than its header,
 *	-EMSGSIZE	it is longer than any message that is served.
 */
int receiver_took(struct receiver *receiver, size_t count);

/*
 * Takes over descriptors that have arrived with the bytes. Returns 0, or -EMFILE after closing all
 * descriptors of the message.
 */
int receiver_took_fds(struct receiver *receiver, const int *fds, size_t count);

/* Closes the remaining descriptors of the message, and begins the next one. */
void receiver_next(struct receiver *receiver);

#endif /* DEVICE_MESSAGE_H */
