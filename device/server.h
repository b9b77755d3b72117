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
	/* the server's own */
	struct connection client; /* its fd is -1 while there is none */
	bool is_full;		  /* there are no descriptors for another client, for now */
};

/*
 * Blocks SIGINT and SIGTERM, so that server_run() receives them: from here on they end the
 * program in good order. Returns a descriptor or a negative errno with @why.
 */
int server_take_signals(struct why *why);

/* Serves clients until one of those signals comes. Returns 0 then, or a negative errno with @why.
 */
int server_run(struct server *server, struct why *why);

#endif /* DEVICE_SERVER_H */
