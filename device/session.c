// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "session.h"
#include "version.h"

static int agree(void *opaque, struct message *message, struct message *reply)
{
	struct session *session = opaque;
	int ret = version_negotiate(message, reply);

	session->agreed = !ret;
	return ret;
}

static const struct command version = { "VERSION", AT_LEAST(struct vfio_user_version), 0, agree };

static bool is_version(const struct message *message)
{
	return message->header.command == VFIO_USER_VERSION;
}

static const struct command *find_command(const struct session *session,
					  const struct message *message)
{
	const struct service *service = session->service;
	unsigned int number = message->header.command;

	if (is_version(message))
		return &version;
	return number < service->command_count && service->commands[number].act
		       ? &service->commands[number]
		       : NULL;
}

/* Returns the errno for the client. If the client must be dropped, @drop is the reason. */
static int answer(struct session *session, struct message *message, struct message *reply,
		  int *drop)
{
	const struct command *command = find_command(session, message);
	int ret;

	*drop = session->agreed == is_version(message) ||
				message->fd_count > (command ? command->max_fds : 0)
			? -EPROTO
			: 0;
	if (*drop)
		return -EINVAL;
	if (!command)
		return -EOPNOTSUPP;
	if (message_length(message) < command->least || message_length(message) > command->most)
		return -EINVAL;
	if (!is_version(message))
		return command->act(session->service->served, message, reply);
	ret = command->act(session, message, reply);
	if (ret)
		*drop = ret == -EPROTONOSUPPORT ? ret : -EPROTO;
	return ret;
}

void session_init(struct session *session, const struct service *service, struct log *log)
{
	*session = (struct session){ .service = service, .log = log };
	service->begin(service->served);
}

int session_handle(struct session *session, struct message *message, struct message *reply)
{
	const struct command *command = find_command(session, message);
	int ret, drop;

	message_reply(reply, message, 0);
	ret = answer(session, message, reply, &drop);
	if (ret) {
		message_reply(reply, message, ret);
		log_line(session->log, "client: %s (%u), %zu bytes, %zu descriptors: refused: %s",
			 command ? command->name : "unknown command", message->header.command,
			 message_length(message), message->fd_count, strerror(-ret));
	}
	if (message->header.flags & VFIO_USER_NO_REPLY)
		reply->header.size = 0;
	return drop;
}

void session_end(struct session *session)
{
	session->service->end(session->service->served);
}
