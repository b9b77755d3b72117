// SPDX-License-Identifier: MIT
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "serve.h"

#define MAX_VECTORS 2048 /* of MSI-X */

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

/*
 * What the kernel says of a region, whose index is in @info, with all of its capabilities; argsz
 * is how many bytes that are.
 */
static int ask_region(const struct proxy *proxy, struct vfio_region_info *info, size_t room)
{
	const uint32_t index = info->index;

	info->argsz = sizeof(*info);
	if (ioctl(proxy->host.function.device_fd, VFIO_DEVICE_GET_REGION_INFO, info))
		return -errno;
	if (info->argsz > room)
		return -E2BIG;
	*info = (struct vfio_region_info){ .argsz = info->argsz, .index = index };
	return ioctl(proxy->host.function.device_fd, VFIO_DEVICE_GET_REGION_INFO, info) ? -errno
											: 0;
}

/*
 * A client asks again if there is more than it has room for. Unlike the kernel, a server tells
 * it at once where the capabilities begin: QEMU takes 0 for a mistake.
 *
 * A BAR is mapped from the device's own descriptor; it is the only one that there is, and whoever
 * has it has all of the device.
 */
static int do_region_info(void *served, struct message *message, struct message *reply)
{
	struct proxy *proxy = served;
	_Alignas(struct vfio_region_info) uint8_t answer[MESSAGE_MAX_BODY] = { 0 };
	struct vfio_region_info *info = (struct vfio_region_info *)answer;
	uint32_t room;
	int ret;

	memcpy(info, message->body, sizeof(*info));
	room = info->argsz;
	if (room < sizeof(*info) || info->index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;
	ret = ask_region(proxy, info, sizeof(answer));
	if (ret)
		return ret;
	if (proxy->keep_device) {
		info->argsz = sizeof(*info);
		info->cap_offset = 0;
		info->flags &= VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	}
	if (info->flags & VFIO_REGION_INFO_FLAG_MMAP)
		reply->fds[reply->fd_count++] = proxy->host.function.device_fd;
	message_add(reply, answer, room < info->argsz ? sizeof(*info) : info->argsz);
	return 0;
}

static int take_access(const struct proxy *proxy, const struct message *message,
		       struct vfio_user_region_access *access)
{
	uint64_t size;

	memcpy(access, message->body, sizeof(*access));
	if (access->region >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;
	size = proxy->host.regions[access->region].size;
	if (access->count > MESSAGE_MAX_DATA || access->offset > size ||
	    access->count > size - access->offset)
		return -EINVAL;
	return 0;
}

static off_t offset_in_device(const struct proxy *proxy,
			      const struct vfio_user_region_access *access)
{
	return (off_t)(proxy->host.regions[access->region].offset + access->offset);
}

static int do_read(void *served, struct message *message, struct message *reply)
{
	struct proxy *proxy = served;
	struct vfio_user_region_access access;
	uint8_t data[MESSAGE_MAX_DATA];
	int ret = take_access(proxy, message, &access);

	if (ret)
		return ret;
	if (access.region == VFIO_PCI_CONFIG_REGION_INDEX)
		ret = vpasid_vconfig_read(proxy->guest.view, access.offset, data, access.count);
	else if (pread(proxy->host.function.device_fd, data, access.count,
		       offset_in_device(proxy, &access)) != access.count)
		ret = -EIO;
	if (ret)
		return ret;
	message_add(reply, &access, sizeof(access));
	message_add(reply, data, access.count);
	return 0;
}

static int do_write(void *served, struct message *message, struct message *reply)
{
	struct proxy *proxy = served;
	const uint8_t *data = message->body + sizeof(struct vfio_user_region_access);
	struct vfio_user_region_access access;
	int ret = take_access(proxy, message, &access);

	if (!ret && message_length(message) - sizeof(access) != access.count)
		ret = -EINVAL;
	if (ret)
		return ret;
	if (access.region == VFIO_PCI_CONFIG_REGION_INDEX)
		ret = vpasid_vconfig_write(proxy->guest.view, access.offset, data, access.count);
	else if (pwrite(proxy->host.function.device_fd, data, access.count,
			offset_in_device(proxy, &access)) != access.count)
		ret = -EIO;
	if (!ret)
		message_add(reply, &access, sizeof(access));
	return ret;
}

static int do_irq_info(void *served, struct message *message, struct message *reply)
{
	struct proxy *proxy = served;
	struct vfio_irq_info info;

	memcpy(&info, message->body, sizeof(info));
	if (info.argsz < sizeof(info))
		return -EINVAL;
	info.argsz = sizeof(info);
	if (ioctl(proxy->host.function.device_fd, VFIO_DEVICE_GET_IRQ_INFO, &info))
		return -errno;
	message_add(reply, &info, sizeof(info));
	return 0;
}

/* An ioctl of VFIO's, with room for the most data that it can have. */
struct irq_request {
	struct vfio_irq_set set;
	int32_t data[MAX_VECTORS];
};

/* Descriptors come beside the message: one for each interrupt, or none to take them back. */
static int add_eventfds(struct irq_request *request, const struct message *message, size_t length)
{
	if (length || (message->fd_count && message->fd_count != request->set.count))
		return -EINVAL;
	for (uint32_t i = 0; i < request->set.count; i++)
		request->data[i] = message->fd_count ? message->fds[i] : -1;
	request->set.argsz += request->set.count * sizeof(request->data[0]);
	return 0;
}

static int add_irq_data(struct irq_request *request, const struct message *message)
{
	const uint8_t *data = message->body + sizeof(request->set);
	size_t length = message_length(message) - sizeof(request->set);
	uint32_t type = request->set.flags & VFIO_IRQ_SET_DATA_TYPE_MASK;

	if (type == VFIO_IRQ_SET_DATA_EVENTFD)
		return add_eventfds(request, message, length);
	if (message->fd_count ||
	    length != (type == VFIO_IRQ_SET_DATA_BOOL ? request->set.count : 0))
		return -EINVAL;
	memcpy(request->data, data, length);
	request->set.argsz += (uint32_t)length;
	return 0;
}

/* The kernel checks the rest, and holds eventfds of its own. */
static int do_set_irqs(void *served, struct message *message, struct message *reply)
{
	struct proxy *proxy = served;
	struct irq_request request;
	int ret;

	(void)reply;
	memcpy(&request.set, message->body, sizeof(request.set));
	if (request.set.argsz < sizeof(request.set) || request.set.count > MAX_VECTORS)
		return -EINVAL;
	request.set.argsz = sizeof(request.set);
	ret = add_irq_data(&request, message);
	if (ret)
		return ret;
	ret = ioctl(proxy->host.function.device_fd, VFIO_DEVICE_SET_IRQS, &request);
	/* above 0: there are only so many vectors, which vfio-user has no reply for */
	return ret < 0 ? -errno : ret ? -ENOSPC : 0;
}

/* A reset that doesn't come by config space: the view has to be told. */
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

static void disable_irqs(const struct proxy *proxy)
{
	for (unsigned int i = 0; i < VFIO_PCI_NUM_IRQS; i++) {
		struct vfio_irq_set none = {
			.argsz = sizeof(none),
			.flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER,
			.index = i,
		};

		/* fails for those that weren't enabled */
		ioctl(proxy->host.function.device_fd, VFIO_DEVICE_SET_IRQS, &none);
	}
}

/* The function does no more DMA when the client's memory is taken from it. */
static void end(void *served)
{
	struct proxy *proxy = served;
	struct memory *memory = &proxy->memory;

	disable_irqs(proxy);
	reset(proxy);
	dma_free(&memory->dma);
	log_line(&proxy->log,
		 "client gone; it had mapped %lu ranges, %llu KiB, and %lu without memory",
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
