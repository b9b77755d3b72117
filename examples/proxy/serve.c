// SPDX-License-Identifier: MIT
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "irqs.h"
#include "regions.h"
#include "serve.h"

static int do_map(void *served, struct message *message, struct message *reply)
{
	struct proxy *proxy = served;

	(void)reply;
	return dma_map(&proxy->memory.dma, message);
}

static int do_unmap(void *served, struct message *message, struct message *reply)
{
	struct proxy *proxy = served;

	return dma_unmap(&proxy->memory.dma, message, reply);
}

static int do_info(void *served, struct message *message, struct message *reply)
{
	struct proxy *proxy = served;
	struct vfio_device_info info = { .argsz = sizeof(info) };
	struct vfio_user_device_info answer;

	memcpy(&answer, message->body, sizeof(answer));
	if (answer.argsz < sizeof(answer))
		return -EINVAL;
	if (ioctl(proxy->host.function.device_fd, VFIO_DEVICE_GET_INFO, &info))
		return -errno;
	answer = (struct vfio_user_device_info){
		.argsz = sizeof(answer),
		.flags = info.flags & (VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET),
		.num_regions = VFIO_PCI_NUM_REGIONS,
		.num_irqs = info.num_irqs < VFIO_PCI_NUM_IRQS ? info.num_irqs : VFIO_PCI_NUM_IRQS,
	};
	message_add(reply, &answer, sizeof(answer));
	return 0;
}

static int do_region_info(void *served, struct message *message, struct message *reply)
{
	struct proxy *proxy = served;

	return regions_info(&proxy->host, proxy->keep_device, message, reply);
}

static int do_read(void *served, struct message *message, struct message *reply)
{
	struct proxy *proxy = served;

	return regions_read(&proxy->guest, message, reply);
}

static int do_write(void *served, struct message *message, struct message *reply)
{
	struct proxy *proxy = served;

	return regions_write(&proxy->guest, message, reply);
}

static int do_irq_info(void *served, struct message *message, struct message *reply)
{
	struct proxy *proxy = served;

	return irqs_info(&proxy->host, message, reply);
}

static int do_set_irqs(void *served, struct message *message, struct message *reply)
{
	struct proxy *proxy = served;

	(void)reply;
	return irqs_set(&proxy->host, message);
}

/* The view detects resets through config space, but not this one. */
static int reset(struct proxy *proxy)
{
	int ret = ioctl(proxy->host.function.device_fd, VFIO_DEVICE_RESET) ? -errno : 0;

	vpasid_vconfig_reset(proxy->guest.view);
	return ret;
}

static int do_reset(void *served, struct message *message, struct message *reply)
{
	struct proxy *proxy = served;

	(void)message;
	(void)reply;
	log_line(&proxy->log, "client resets the function");
	return reset(proxy);
}

static const struct command commands[] = {
	[VFIO_USER_DMA_MAP] = { "DMA_MAP", EXACTLY(struct vfio_user_dma_map), 1, do_map },
	[VFIO_USER_DMA_UNMAP] = { "DMA_UNMAP", AT_LEAST(struct vfio_user_dma_unmap), 0, do_unmap },
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
};

static void begin(void *served)
{
	struct proxy *proxy = served;

	memory_init(&proxy->memory, &proxy->host, &proxy->log);
}

/* The reset comes first, so that the function does no more DMA when the memory is unmapped. */
static void end(void *served)
{
	struct proxy *proxy = served;
	struct memory *memory = &proxy->memory;

	irqs_disable(&proxy->host);
	reset(proxy);
	dma_free(&memory->dma);
	log_line(&proxy->log,
		 "client disconnected; it had mapped %lu ranges, %llu KiB, and %lu without a file",
		 memory->count, (unsigned long long)(memory->bytes / 1024), memory->without_file);
}

struct service proxy_service(struct proxy *proxy)
{
	return (struct service){
		.commands = commands,
		.command_count = sizeof(commands) / sizeof(commands[0]),
		.begin = begin,
		.end = end,
		.served = proxy,
	};
}
