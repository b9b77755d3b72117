/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One client, from its first message to its last: what each message is answered with.
 */
#ifndef DEVICE_SESSION_H
#define DEVICE_SESSION_H

#include <stdbool.h>

#include "dma.h"
#include "function.h"
#include "irqs.h"
#include "log.h"
#include "message.h"

struct session {
	struct function *function; /* which outlives it, and keeps its state */
	struct log *log;
	bool agreed; /* on a version */
	struct dma dma;
	struct irqs irqs;
};

void session_init(struct session *session, struct function *function, struct log *log);

/*
 * Answers a message, and takes of its descriptors those that it keeps. @reply's size is 0
 * where the client wants none. Returns 0, or a negative errno if the client is to be
 * dropped once it has the reply:
 *
 *	-EPROTONOSUPPORT	it has another major version,
 *	-EPROTO			its first message isn't VFIO_USER_VERSION, or another one is,
 *				or descriptors came with what takes none.
 */
int session_handle(struct session *session, struct message *message, struct message *reply);

/* Closes and frees what the client has left. */
void session_end(struct session *session);

#endif /* DEVICE_SESSION_H */
