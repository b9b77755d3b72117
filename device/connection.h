/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client's socket: messages come out of it, and replies go into it, without waiting.
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
	size_t sent; /* of the reply */
	int dropped; /* a negative errno: the reply is the last */
	struct session session;
	struct log *log;
};

/* Takes @fd, which doesn't block. */
void connection_open(struct connection *connection, int fd, struct function *function,
		     struct log *log);

/* What to wait for, as poll(2) has it. */
short connection_events(const struct connection *connection);

/*
 * Does what can be done without waiting, for one message at most: who sends many takes
 * turns with all else. Returns false if the client is gone, or has to go.
 */
bool connection_serve(struct connection *connection);

void connection_close(struct connection *connection);

#endif /* DEVICE_CONNECTION_H */
