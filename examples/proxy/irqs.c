// SPDX-License-Identifier: MIT
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "irqs.h"

#define MAX_VECTORS 2048 /* of MSI-X */

int irqs_info(const struct host *host, const struct message *message, struct message *reply)
{
	struct vfio_irq_info info;

	memcpy(&info, message->body, sizeof(info));
	if (info.argsz < sizeof(info))
		return -EINVAL;
	info.argsz = sizeof(info);
	if (ioctl(host->function.device_fd, VFIO_DEVICE_GET_IRQ_INFO, &info))
		return -errno;
	message_add(reply, &info, sizeof(info));
	return 0;
}

/* VFIO's request, with room for the largest data that it can have */
struct irq_request {
	struct vfio_irq_set set;
	int32_t data[MAX_VECTORS];
};

/*
 * In VFIO, the request's data are the numbers of eventfds, and -1 removes one. In vfio-user, the
 * descriptors are passed with the message: one for each interrupt, or none to remove all of them.
 */
static int add_eventfds(struct irq_request *request, const struct message *message, size_t length)
{
	if (length || (message->fd_count && message->fd_count != request->set.count))
		return -EINVAL;
	for (uint32_t i = 0; i < request->set.count; i++)
		request->data[i] = message->fd_count ? message->fds[i] : -1;
	request->set.argsz += request->set.count * sizeof(request->data[0]);
	return 0;
}

static int add_data(struct irq_request *request, const struct message *message)
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

/* The kernel checks everything that isn't checked here. */
int irqs_set(const struct host *host, const struct message *message)
{
	struct irq_request request;
	int ret;

	memcpy(&request.set, message->body, sizeof(request.set));
	if (request.set.argsz < sizeof(request.set) || request.set.count > MAX_VECTORS)
		return -EINVAL;
	request.set.argsz = sizeof(request.set);
	ret = add_data(&request, message);
	if (ret)
		return ret;
	ret = ioctl(host->function.device_fd, VFIO_DEVICE_SET_IRQS, &request);
	if (ret < 0)
		return -errno;
	/* A positive result is the number of vectors, for which vfio-user has no reply. */
	return ret ? -ENOSPC : 0;
}

void irqs_disable(const struct host *host)
{
	for (unsigned int i = 0; i < VFIO_PCI_NUM_IRQS; i++) {
		struct vfio_irq_set none = {
			.argsz = sizeof(none),
			.flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER,
			.index = i,
		};

		/* This fails for interrupts that aren't enabled. */
		ioctl(host->function.device_fd, VFIO_DEVICE_SET_IRQS, &none);
	}
}
