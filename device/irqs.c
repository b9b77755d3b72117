// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "irqs.h"

/* A message that configures or triggers some vectors. */
struct request {
	struct vfio_irq_set set;
	const uint8_t *bools; /* with VFIO_IRQ_SET_DATA_BOOL */
	struct message *message;
};

void irqs_init(struct irqs *irqs, const unsigned int counts[VFIO_PCI_NUM_IRQS])
{
	for (unsigned int index = 0; index < VFIO_PCI_NUM_IRQS; index++) {
		irqs->counts[index] = counts[index];
		for (unsigned int i = 0; i < counts[index]; i++)
			irqs->fds[index][i] = -1;
	}
}

int irqs_answer_info(const struct irqs *irqs, const struct message *message, struct message *reply)
{
	static const uint32_t flags[VFIO_PCI_NUM_IRQS] = {
		[VFIO_PCI_INTX_IRQ_INDEX] =
			VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED,
		[VFIO_PCI_MSI_IRQ_INDEX] = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE,
		[VFIO_PCI_MSIX_IRQ_INDEX] = VFIO_IRQ_INFO_EVENTFD,
		[VFIO_PCI_ERR_IRQ_INDEX] = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE,
		[VFIO_PCI_REQ_IRQ_INDEX] = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE,
	};
	struct vfio_irq_info info;

	memcpy(&info, message->body, sizeof(info));
	if (info.argsz < sizeof(info) || info.index >= VFIO_PCI_NUM_IRQS)
		return -EINVAL;
	info.argsz = sizeof(info);
	info.flags = flags[info.index];
	info.count = irqs->counts[info.index];
	message_add(reply, &info, sizeof(info));
	return 0;
}

/* Asks the kernel. Another descriptor could be a file that the client itself can't write. */
static bool is_eventfd(int fd)
{
	static const char expected[] = "anon_inode:[eventfd]";
	char path[32], name[sizeof(expected)];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	length = readlink(path, name, sizeof(name));
	return length == sizeof(expected) - 1 && !memcmp(name, expected, (size_t)length);
}

/* If the client has filled the eventfd, a write would block. */
static int signal_eventfd(int fd)
{
	struct pollfd state = { .fd = fd, .events = POLLOUT };
	const uint64_t once = 1;

	if (fd < 0)
		return 0;
	if (poll(&state, 1, 0) != 1 || !(state.revents & POLLOUT))
		return -EAGAIN;
	return write(fd, &once, sizeof(once)) == sizeof(once) ? 0 : -EAGAIN;
}

static bool is_one_of(uint32_t flags, uint32_t type)
{
	uint32_t of_type = flags & type;

	return of_type && !(of_type & (of_type - 1));
}

static int check_range(const struct irqs *irqs, const struct request *request)
{
	const struct vfio_irq_set *set = &request->set;
	unsigned int count;

	if (set->index >= VFIO_PCI_NUM_IRQS)
		return -EINVAL;
	count = irqs->counts[set->index];
	return set->start < count && set->count <= count - set->start ? 0 : -EINVAL;
}

static int check_data(const struct request *request)
{
	const struct vfio_irq_set *set = &request->set;
	size_t length = message_length(request->message) - sizeof(*set);
	size_t fds = request->message->fd_count;

	switch (set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK) {
	case VFIO_IRQ_SET_DATA_NONE:
		return !length && !fds ? 0 : -EINVAL;
	case VFIO_IRQ_SET_DATA_BOOL:
		return length == set->count && !fds ? 0 : -EINVAL;
	default:
		return !length && (!fds || fds == set->count) ? 0 : -EINVAL;
	}
}

static int check(const struct irqs *irqs, const struct request *request)
{
	const struct vfio_irq_set *set = &request->set;
	int ret;

	if (set->argsz < sizeof(*set) ||
	    set->flags & ~(VFIO_IRQ_SET_DATA_TYPE_MASK | VFIO_IRQ_SET_ACTION_TYPE_MASK) ||
	    !is_one_of(set->flags, VFIO_IRQ_SET_DATA_TYPE_MASK) ||
	    !is_one_of(set->flags, VFIO_IRQ_SET_ACTION_TYPE_MASK))
		return -EINVAL;
	ret = check_range(irqs, request);
	return ret ? ret : check_data(request);
}

static void set_fd(int *slot, int fd)
{
	if (*slot >= 0)
		close(*slot);
	*slot = fd;
}

/* Assigns all eventfds, or none if one of them isn't an eventfd. */
static int assign(struct irqs *irqs, const struct request *request)
{
	struct message *message = request->message;
	int *slots = &irqs->fds[request->set.index][request->set.start];

	for (size_t i = 0; i < message->fd_count; i++)
		if (!is_eventfd(message->fds[i]))
			return -EINVAL;
	for (unsigned int i = 0; i < request->set.count; i++) {
		set_fd(&slots[i], message->fd_count ? message->fds[i] : -1);
		if (message->fd_count)
			message->fds[i] = -1;
	}
	return 0;
}

static int trigger(struct irqs *irqs, const struct request *request)
{
	const int *slots = &irqs->fds[request->set.index][request->set.start];
	int ret = 0;

	for (unsigned int i = 0; i < request->set.count && !ret; i++)
		if (!request->bools || request->bools[i])
			ret = signal_eventfd(slots[i]);
	return ret;
}

/* Disables the interrupts: closes all eventfds. */
static void disable(struct irqs *irqs, unsigned int index)
{
	for (unsigned int i = 0; i < irqs->counts[index]; i++)
		set_fd(&irqs->fds[index][i], -1);
}

int irqs_set(struct irqs *irqs, struct message *message)
{
	struct request request = { .message = message };
	const struct vfio_irq_set *set = &request.set;
	int ret;

	memcpy(&request.set, message->body, sizeof(request.set));
	ret = check(irqs, &request);
	if (ret)
		return ret;
	if (set->flags & VFIO_IRQ_SET_DATA_BOOL)
		request.bools = message->body + sizeof(*set);

	if (!(set->flags & VFIO_IRQ_SET_ACTION_TRIGGER)) {
		/* The function raises no interrupts, so masking them changes nothing. */
		if (set->index != VFIO_PCI_INTX_IRQ_INDEX || set->flags & VFIO_IRQ_SET_DATA_EVENTFD)
			return -ENOTTY;
		return 0;
	}
	if (set->flags & VFIO_IRQ_SET_DATA_EVENTFD)
		return assign(irqs, &request);
	if (set->flags & VFIO_IRQ_SET_DATA_NONE && !set->count) {
		disable(irqs, set->index);
		return 0;
	}
	return trigger(irqs, &request);
}

void irqs_free(struct irqs *irqs)
{
	for (unsigned int index = 0; index < VFIO_PCI_NUM_IRQS; index++)
		disable(irqs, index);
}
