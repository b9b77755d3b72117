/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Serves one client at a time, until a signal ends it.
 */
#ifndef DEVICE_SERVER_H
#define DEVICE_SERVER_H

#include "log.h"
#include "session.h"
#include "socket.h"
#include "support/why.h"

/*
 * Blocks SIGINT and SIGTERM, so that server_run() receives them: from here on they end the
 * program in good order. Returns a descriptor or a negative errno with @why.
 */
int server_take_signals(struct why *why);

/*
 * Serves clients until one of those signals comes; @signals is their descriptor. Returns 0
 * after a signal, or a negative errno with @why.
 */
int server_run(const struct service *service, const struct listener *listener, int signals,
	       struct log *log, struct why *why);

#endif /* DEVICE_SERVER_H */
