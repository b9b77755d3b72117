/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers the messages of one client, from the first to the last.
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
	struct function *function; /* outlives the session, and keeps its state */
	struct log *log;
	bool agreed; /* both sides have agreed on a version */
	struct dma dma;
	struct irqs irqs;
};

void session_init(struct session *session, struct function *function, struct log *log);

/*
 * Answers a message, and takes over those of its descriptors that are kept. If the client
 * wants no reply, the size of @reply is 0. Returns 0, or a negative errno if the client is to
 * be dropped once it has the reply:
 *
 *	-EPROTONOSUPPORT	it has another major version,
 *	-EPROTO			its first message isn't VFIO_USER_VERSION, or a later one is,
 *				or descriptors came with a message that takes none.
 */
int session_handle(struct session *session, struct message *message, struct message *reply);

/* Closes and frees what belonged to the client. */
void session_end(struct session *session);

#endif /* DEVICE_SESSION_H */
