// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "client.h"
#include "feature.h"
#include "regions.h"

static int do_dma_map(void *served, struct message *message, struct message *reply)
{
	struct client *client = served;

	(void)reply;
	return dma_map(&client->dma, message);
}

static int do_dma_unmap(void *served, struct message *message, struct message *reply)
{
	struct client *client = served;

	return dma_unmap(&client->dma, message, reply);
}

static int do_info(void *served, struct message *message, struct message *reply)
{
	struct vfio_user_device_info info;

	(void)served;
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

static int do_region_info(void *served, struct message *message, struct message *reply)
{
	struct client *client = served;

	return regions_answer_info(client->function, message, reply);
}

static int do_irq_info(void *served, struct message *message, struct message *reply)
{
	struct client *client = served;

	return irqs_answer_info(&client->irqs, message, reply);
}

static int do_set_irqs(void *served, struct message *message, struct message *reply)
{
	struct client *client = served;

	(void)reply;
	return irqs_set(&client->irqs, message);
}

static int do_read(void *served, struct message *message, struct message *reply)
{
	struct client *client = served;

	return regions_read(client->function, message, reply);
}

static int do_write(void *served, struct message *message, struct message *reply)
{
	struct client *client = served;

	return regions_write(client->function, message, reply);
}

static int do_reset(void *served, struct message *message, struct message *reply)
{
	struct client *client = served;

	(void)message;
	(void)reply;
	log_line(client->function->log, "client resets the function");
	function_reset(client->function);
	return 0;
}

static int do_feature(void *served, struct message *message, struct message *reply)
{
	struct client *client = served;

	return feature_answer(&client->function->info, message, reply);
}

static const struct command commands[] = {
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

static void begin(void *served)
{
	struct client *client = served;
	unsigned int counts[VFIO_PCI_NUM_IRQS];

	client->dma = (struct dma){ 0 };
	function_count_irqs(client->function, counts);
	irqs_init(&client->irqs, counts);
}

/* Also logs whether the client has changed anything below the view, which must be impossible. */
static void end(void *served)
{
	struct client *client = served;
	bool untouched = hardware_is_untouched(&client->function->hardware);

	dma_free(&client->dma);
	irqs_free(&client->irqs);
	log_line(client->function->log,
		 "client disconnected; the function's own extended config space %s",
		 untouched ? "is unchanged" : "HAS CHANGED");
}

struct service client_service(struct client *client)
{
	return (struct service){
		.commands = commands,
		.command_count = sizeof(commands) / sizeof(commands[0]),
		.begin = begin,
		.end = end,
		.served = client,
	};
}
