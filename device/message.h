/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages, and how a stream of bytes and descriptors becomes messages. Nothing here
 * reads or writes a socket.
 */
#ifndef DEVICE_MESSAGE_H
#define DEVICE_MESSAGE_H

#include <stdint.h>

#include "vfio_user.h"

/* The most that a read or write may ask for: all of config space at once, as QEMU does. */
#define MESSAGE_MAX_DATA 4096
#define MESSAGE_MAX_BODY (sizeof(struct vfio_user_region_access) + MESSAGE_MAX_DATA)
/* As many as QEMU sends in one. */
#define MESSAGE_MAX_FDS 16

/* Header and body are as they stand in the stream. */
struct message {
	struct vfio_user_header header;
	uint8_t body[MESSAGE_MAX_BODY];
	int fds[MESSAGE_MAX_FDS]; /* who takes one leaves -1 */
	size_t fd_count;
};

_Static_assert(offsetof(struct message, body) == sizeof(struct vfio_user_header), "no padding");

/* Bytes of the body of a message that is whole. */
size_t message_length(const struct message *message);

/* Appends to the body. It is the caller's to know that it fits. */
void message_add(struct message *message, const void *data, size_t length);

/* Closes the descriptors that nobody has taken. */
void message_close_fds(struct message *message);

/* Makes the reply to @message without a body, or with @error (a negative errno) an error. */
void message_reply(struct message *reply, const struct message *message, int error);

/* A message that is being received. */
struct receiver {
	struct message message;
	size_t have; /* bytes of it */
};

/*
 * Where the next bytes go, and how many there may be: never more than the message
 * lacks, so that what comes with the next one stays with it.
 */
void *receiver_room(struct receiver *receiver, size_t *size);

/*
 * So many bytes have come. Returns 1 if the message is whole, 0 if not yet, or a
 * negative errno, if the rest of the stream can't be understood:
 *
 *	-EINVAL		no command, or shorter than its header,
 *	-EMSGSIZE	longer than any that is served.
 */
int receiver_took(struct receiver *receiver, size_t count);

/* Takes descriptors that came with the bytes. Returns 0 or, with all closed, -EMFILE. */
int receiver_took_fds(struct receiver *receiver, const int *fds, size_t count);

/* Closes what is left of the message, and begins the next one. */
void receiver_next(struct receiver *receiver);

#endif /* DEVICE_MESSAGE_H */
