/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client's socket: receives messages and sends replies, without waiting.
 */
#ifndef DEVICE_CONNECTION_H
#define DEVICE_CONNECTION_H

#include <stdbool.h>

#include "log.h"
#include "message.h"
#include "session.h"

struct connection {
	int fd;
	struct receiver receiver;
	struct message reply;
	size_t sent; /* bytes of the reply */
	int dropped; /* a negative errno: the client is dropped after this reply */
	struct session session;
	struct log *log;
};

/* Takes over @fd, which must be non-blocking. */
void connection_open(struct connection *connection, int fd, const struct service *service,
		     struct log *log);

/* The events to wait for with poll(2). */
short connection_events(const struct connection *connection);

/*
 * Does what can be done without waiting, for one message at most, so that a client that
 * sends many doesn't keep the server from other work. Returns false if the client is gone,
 * or is to be dropped.
 */
bool connection_serve(struct connection *connection);

void connection_close(struct connection *connection);

#endif /* DEVICE_CONNECTION_H */
