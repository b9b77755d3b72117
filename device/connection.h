/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client's socket: receives messages and sends replies, without waiting.
 */
#ifndef DEVICE_CONNECTION_H
#define DEVICE_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "log.h"
#include "message.h"
#include "session.h"

/*
 * How much time a client has for its first message, for the rest of a message, and to read a
 * reply. Between messages, it may be silent for any time.
 */
#define CONNECTION_PATIENCE_S 10

struct connection {
	int fd;
	struct receiver receiver;
	struct message reply;
	size_t sent;	  /* bytes of the reply */
	int dropped;	  /* a negative errno: the client is dropped after this reply */
	int64_t deadline; /* in ms of CLOCK_MONOTONIC; 0: there is none */
	struct session session;
	struct log *log;
};

/* Takes over @fd, which must be non-blocking. */
void connection_open(struct connection *connection, int fd, const struct service *service,
		     struct log *log);

/* The events to wait for with poll(2). */
short connection_events(const struct connection *connection);

/*
 * How many milliseconds are left until the client is dropped, unless it sends or reads what the
 * server waits for; -1 if the server doesn't wait for it.
 */
int connection_time_left(const struct connection *connection);

/*
 * Does what it can do without waiting, for at most one message, so that a client that sends many
 * messages doesn't keep the server from other work. Returns false if the client has disconnected
 * or must be dropped.
 */
bool connection_serve(struct connection *connection);

void connection_close(struct connection *connection);

#endif /* DEVICE_CONNECTION_H */
