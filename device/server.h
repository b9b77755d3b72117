/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Serves one client at a time, until a signal ends it.
 */
#ifndef DEVICE_SERVER_H
#define DEVICE_SERVER_H

#include "connection.h"
#include "log.h"
#include "patience.h"
#include "session.h"
#include "socket.h"
#include "support/why.h"

struct server {
	const struct service *service;
	const struct listener *listener;
	int signals; /* of server_take_signals() */
	struct log *log;
	struct patience *patience;
	/* set by the server */
	struct connection client; /* its fd is -1 while there is none */
	bool is_full;		  /* at present, there are no descriptors for another client */
};

/*
 * Blocks SIGINT and SIGTERM. From now on, server_run() receives them, and the program ends
 * cleanly. Returns a descriptor or a negative errno with @why.
 */
int server_take_signals(struct why *why);

/* Serves clients until one of these signals arrives. Returns 0 or a negative errno with @why. */
int server_run(struct server *server, struct why *why);

#endif /* DEVICE_SERVER_H */
