// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "feature.h"
#include "regions.h"
#include "session.h"
#include "version.h"

static int do_version(struct session *session, struct message *message, struct message *reply)
{
	int ret = version_negotiate(message, reply);

	session->agreed = !ret;
	return ret;
}

static int do_dma_map(struct session *session, struct message *message, struct message *reply)
{
	return dma_map(&session->dma, message, reply);
}

static int do_dma_unmap(struct session *session, struct message *message, struct message *reply)
{
	return dma_unmap(&session->dma, message, reply);
}

static int do_info(struct session *session, struct message *message, struct message *reply)
{
	struct vfio_user_device_info info;

	(void)session;
	memcpy(&info, message->body, sizeof(info));
	if (info.argsz < sizeof(info))
		return -EINVAL;
	info = (struct vfio_user_device_info){
		.argsz = sizeof(info),
		.flags = VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET,
		.num_regions = VFIO_PCI_NUM_REGIONS,
		.num_irqs = VFIO_PCI_NUM_IRQS,
	};
	message_add(reply, &info, sizeof(info));
	return 0;
}

static int do_region_info(struct session *session, struct message *message, struct message *reply)
{
	return regions_answer_info(session->function, message, reply);
}

static int do_irq_info(struct session *session, struct message *message, struct message *reply)
{
	return irqs_answer_info(&session->irqs, message, reply);
}

static int do_set_irqs(struct session *session, struct message *message, struct message *reply)
{
	(void)reply;
	return irqs_set(&session->irqs, message);
}

static int do_read(struct session *session, struct message *message, struct message *reply)
{
	return regions_read(session->function, message, reply);
}

static int do_write(struct session *session, struct message *message, struct message *reply)
{
	return regions_write(session->function, message, reply);
}

static int do_reset(struct session *session, struct message *message, struct message *reply)
{
	(void)message;
	(void)reply;
	log_line(session->log, "client resets the function");
	function_reset(session->function);
	return 0;
}

static int do_feature(struct session *session, struct message *message, struct message *reply)
{
	return feature_answer(&session->function->info, message, reply);
}

/* What a command's message may be: the length of its body, and how many descriptors it has. */
struct command {
	const char *name;
	size_t least, most;
	size_t max_fds;
	int (*act)(struct session *session, struct message *message, struct message *reply);
};

#define EXACTLY(type)  sizeof(type), sizeof(type)
#define AT_LEAST(type) sizeof(type), MESSAGE_MAX_BODY

static const struct command commands[] = {
	[VFIO_USER_VERSION] = { "VERSION", AT_LEAST(struct vfio_user_version), 0, do_version },
	[VFIO_USER_DMA_MAP] = { "DMA_MAP", EXACTLY(struct vfio_user_dma_map), 1, do_dma_map },
	[VFIO_USER_DMA_UNMAP] = { "DMA_UNMAP", AT_LEAST(struct vfio_user_dma_unmap), 0,
				  do_dma_unmap },
	[VFIO_USER_DEVICE_GET_INFO] = { "DEVICE_GET_INFO", EXACTLY(struct vfio_user_device_info), 0,
					do_info },
	[VFIO_USER_DEVICE_GET_REGION_INFO] = { "DEVICE_GET_REGION_INFO",
					       EXACTLY(struct vfio_region_info), 0,
					       do_region_info },
	[VFIO_USER_DEVICE_GET_IRQ_INFO] = { "DEVICE_GET_IRQ_INFO", EXACTLY(struct vfio_irq_info), 0,
					    do_irq_info },
	[VFIO_USER_DEVICE_SET_IRQS] = { "DEVICE_SET_IRQS", AT_LEAST(struct vfio_irq_set),
					MESSAGE_MAX_FDS, do_set_irqs },
	[VFIO_USER_REGION_READ] = { "REGION_READ", EXACTLY(struct vfio_user_region_access), 0,
				    do_read },
	[VFIO_USER_REGION_WRITE] = { "REGION_WRITE", AT_LEAST(struct vfio_user_region_access), 0,
				     do_write },
	[VFIO_USER_DEVICE_RESET] = { "DEVICE_RESET", 0, 0, 0, do_reset },
	[VFIO_USER_DEVICE_FEATURE] = { "DEVICE_FEATURE", AT_LEAST(struct vfio_device_feature), 0,
				       do_feature },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const struct command *find_command(const struct message *message)
{
	unsigned int number = message->header.command;

	return number < COMMANDS && commands[number].act ? &commands[number] : NULL;
}

/* Returns the errno that the client is told. If it is to be dropped, @drop says why. */
static int answer(struct session *session, struct message *message, struct message *reply,
		  int *drop)
{
	const struct command *command = find_command(message);
	bool is_version = message->header.command == VFIO_USER_VERSION;
	int ret;

	*drop = session->agreed == is_version ||
				message->fd_count > (command ? command->max_fds : 0)
			? -EPROTO
			: 0;
	if (*drop)
		return -EINVAL;
	if (!command)
		return -EOPNOTSUPP;
	if (message_length(message) < command->least || message_length(message) > command->most)
		return -EINVAL;
	ret = command->act(session, message, reply);
	if (ret && is_version)
		*drop = ret == -EPROTONOSUPPORT ? ret : -EPROTO;
	return ret;
}

void session_init(struct session *session, struct function *function, struct log *log)
{
	unsigned int counts[VFIO_PCI_NUM_IRQS];

	session->function = function;
	session->log = log;
	session->agreed = false;
	session->dma = (struct dma){ 0 };
	function_count_irqs(function, counts);
	irqs_init(&session->irqs, counts);
}

int session_handle(struct session *session, struct message *message, struct message *reply)
{
	const struct command *command = find_command(message);
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
	dma_free(&session->dma);
	irqs_free(&session->irqs);
}
