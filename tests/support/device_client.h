/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client of vpasid-device, as tests and the bench need one.
 */
#ifndef TESTS_DEVICE_CLIENT_H
#define TESTS_DEVICE_CLIENT_H

#include <stdbool.h>

#include "message.h"

/* A command without descriptors, with a body of @length bytes, or of as many that are zero. */
void client_make(struct message *message, unsigned int command, const void *body, size_t length);

/* Access to a region, with the bytes to write, or with NULL to read. */
void client_make_access(struct message *message, unsigned int region, uint64_t offset,
			const void *data, size_t length);

/* Connects to the socket @path. Returns a descriptor that blocks, or a negative errno. */
int client_connect(const char *path);

/* Sends a message with its descriptors. Returns whether it went. */
bool client_send(int fd, const struct message *message);

/* Waits for a reply, 5 s at most. Returns false if none comes, or what comes is none. */
bool client_receive(int fd, struct message *reply);

/* Both. Returns 0, the errno of the reply, or -1 if there is none. */
int client_call(int fd, const struct message *message, struct message *reply);

/* The first message, as QEMU sends it. */
int client_agree(int fd);

#endif /* TESTS_DEVICE_CLIENT_H */
