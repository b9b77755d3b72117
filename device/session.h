/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers the messages of one client, from the first to the last: the part of the protocol that
 * doesn't depend on what is served.
 */
#ifndef DEVICE_SESSION_H
#define DEVICE_SESSION_H

#include <stdbool.h>

#include "log.h"
#include "message.h"

/* A command: the allowed length of its message's body, and the number of descriptors. */
struct command {
	const char *name;
	size_t least, most;
	size_t max_fds;
	/*
	 * Adds to the body of @reply, or returns a negative errno for the client. Takes over those
	 * descriptors of the message that it keeps.
	 */
	int (*act)(void *served, struct message *message, struct message *reply);
};

#define EXACTLY(type)  sizeof(type), sizeof(type)
#define AT_LEAST(type) sizeof(type), MESSAGE_MAX_BODY

/* What is served to clients, one after the other. */
struct service {
	const struct command *commands; /* by their numbers; without act, there is no command */
	size_t command_count;
	void (*begin)(void *served); /* a client has connected */
	void (*end)(void *served);   /* it has disconnected: closes and frees its resources */
	void *served;
};

struct session {
	const struct service *service; /* outlives the session */
	struct log *log;
	bool agreed; /* both sides have agreed on a version */
};

void session_init(struct session *session, const struct service *service, struct log *log);

/*
 * Answers a message, and takes over those of its descriptors that are kept. If the client wants no
 * reply, the size of @reply is 0. Returns 0, or a negative errno if the client must be dropped
 * after the reply:
 *
 *	-EPROTONOSUPPORT	it has another major version,
 *	-EPROTO			its first message isn't VFIO_USER_VERSION, or a later one is,
 *				or descriptors came with a message that accepts none.
 */
int session_handle(struct session *session, struct message *message, struct message *reply);

void session_end(struct session *session);

#endif /* DEVICE_SESSION_H */
