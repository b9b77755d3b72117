// SPDX-License-Identifier: GPL-2.0-or-later
/* device/client.h: interrupts. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "made_session.h"
#include "session.h"
#include "support/device_client.h"

static void test_irq_info(void **state)
{
	static const unsigned int counts[] = { 0, 0, 9, 1, 1 };
	static const uint32_t flags[] = { 7, 9, 1, 9, 9 }; /* as VFIO has them */
	struct vfio_irq_info ask = { .argsz = sizeof(ask) }, info;

	(void)state;
	for (ask.index = 0; ask.index < COUNT(counts); ask.index++) {
		assert_int_equal(call(VFIO_USER_DEVICE_GET_IRQ_INFO, &ask, sizeof(ask)), 0);
		memcpy(&info, reply.body, sizeof(info));
		assert_int_equal(info.index, ask.index);
		assert_int_equal(info.count, counts[ask.index]);
		assert_int_equal(info.argsz, sizeof(info));
		assert_int_equal(info.flags, flags[ask.index]);
	}
	assert_int_equal(call(VFIO_USER_DEVICE_GET_IRQ_INFO, &ask, sizeof(ask)), EINVAL);
	ask = (struct vfio_irq_info){ .argsz = sizeof(ask) - 1 };
	assert_int_equal(call(VFIO_USER_DEVICE_GET_IRQ_INFO, &ask, sizeof(ask)), EINVAL);
}

#define NONE	VFIO_IRQ_SET_DATA_NONE
#define BOOL	VFIO_IRQ_SET_DATA_BOOL
#define EVENTFD VFIO_IRQ_SET_DATA_EVENTFD
#define MASK	VFIO_IRQ_SET_ACTION_MASK
#define TRIGGER VFIO_IRQ_SET_ACTION_TRIGGER
#define MSIX	VFIO_PCI_MSIX_IRQ_INDEX

static void make_irqs(uint32_t flags, uint32_t index, uint32_t start, uint32_t count)
{
	const struct vfio_irq_set set = { sizeof(set), flags, index, start, count };

	client_make(&message, VFIO_USER_DEVICE_SET_IRQS, &set, sizeof(set));
}

static void add_eventfds(int *fds, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		fds[i] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		message.fds[message.fd_count++] = dup(fds[i]);
	}
}

static uint64_t events_of(int fd)
{
	uint64_t events = 0;

	return read(fd, &events, sizeof(events)) == sizeof(events) ? events : 0;
}

static void test_irqs(void **state)
{
	static const uint8_t bools[3] = { 0, 1, 0 };
	int fds[3];

	(void)state;
	make_irqs(EVENTFD | TRIGGER, MSIX, 4, 3);
	add_eventfds(fds, 3);
	assert_int_equal(handle(), 0);
	make_irqs(NONE | TRIGGER, MSIX, 0, 9);
	assert_int_equal(handle(), 0);
	make_irqs(BOOL | TRIGGER, MSIX, 4, 3);
	message_add(&message, bools, sizeof(bools));
	assert_int_equal(handle(), 0);
	assert_int_equal(events_of(fds[0]), 1);
	assert_int_equal(events_of(fds[1]), 2);
	assert_int_equal(events_of(fds[2]), 1);

	/* one is taken back, then all are */
	make_irqs(EVENTFD | TRIGGER, MSIX, 4, 1);
	assert_int_equal(handle(), 0);
	make_irqs(NONE | TRIGGER, MSIX, 4, 2);
	assert_int_equal(handle(), 0);
	assert_int_equal(events_of(fds[0]), 0);
	assert_int_equal(events_of(fds[1]), 1);
	make_irqs(NONE | TRIGGER, MSIX, 0, 0);
	assert_int_equal(handle(), 0);
	make_irqs(NONE | TRIGGER, MSIX, 0, 9);
	assert_int_equal(handle(), 0);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(events_of(fds[i]), 0);
		close(fds[i]);
	}
}

static void test_wrong_irqs(void **state)
{
	static const struct {
		uint32_t flags, index, start, count;
		size_t bytes, fds;
		int error;
	} rows[] = {
		{ TRIGGER, MSIX, 0, 1, 0, 0, EINVAL },
		{ NONE, MSIX, 0, 1, 0, 0, EINVAL },
		{ NONE | BOOL | TRIGGER, MSIX, 0, 1, 1, 0, EINVAL },
		{ NONE | TRIGGER | MASK, MSIX, 0, 1, 0, 0, EINVAL },
		{ NONE | TRIGGER | 0x40, MSIX, 0, 1, 0, 0, EINVAL },
		{ NONE | TRIGGER, 5, 0, 1, 0, 0, EINVAL },
		{ NONE | TRIGGER, UINT32_MAX, 0, 1, 0, 0, EINVAL },
		{ NONE | TRIGGER, MSIX, 9, 0, 0, 0, EINVAL },
		{ NONE | TRIGGER, MSIX, 0, 10, 0, 0, EINVAL },
		{ NONE | TRIGGER, MSIX, 1, 9, 0, 0, EINVAL },
		{ NONE | TRIGGER, MSIX, 1, UINT32_MAX, 0, 0, EINVAL },
		{ NONE | TRIGGER, MSIX, UINT32_MAX, 2, 0, 0, EINVAL },
		{ NONE | TRIGGER, VFIO_PCI_INTX_IRQ_INDEX, 0, 0, 0, 0, EINVAL },
		{ NONE | TRIGGER, MSIX, 0, 1, 1, 0, EINVAL },
		{ NONE | TRIGGER, MSIX, 0, 1, 0, 1, EINVAL },
		{ BOOL | TRIGGER, MSIX, 0, 2, 1, 0, EINVAL },
		{ BOOL | TRIGGER, MSIX, 0, 2, 3, 0, EINVAL },
		{ EVENTFD | TRIGGER, MSIX, 0, 2, 0, 1, EINVAL },
		{ EVENTFD | TRIGGER, MSIX, 0, 2, 0, 3, EINVAL },
		{ EVENTFD | TRIGGER, MSIX, 0, 2, 8, 2, EINVAL },
		{ NONE | MASK, MSIX, 0, 1, 0, 0, ENOTTY },
		{ EVENTFD | MASK, MSIX, 0, 1, 0, 1, ENOTTY },
	};
	static const uint8_t bytes[8];
	int fds[MESSAGE_MAX_FDS];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		make_irqs(rows[i].flags, rows[i].index, rows[i].start, rows[i].count);
		message_add(&message, bytes, rows[i].bytes);
		add_eventfds(fds, (unsigned int)rows[i].fds);
		assert_int_equal(handle(), rows[i].error);
		for (size_t fd = 0; fd < rows[i].fds; fd++)
			close(fds[fd]);
	}
}

/* Only eventfds are signalled, and a full one doesn't block the server. */
static void test_odd_eventfds(void **state)
{
	const uint64_t most = UINT64_MAX - 1;
	int pipes[2], fd;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	for (int first = 0; first < 2; first++) {
		make_irqs(EVENTFD | TRIGGER, MSIX, 0, 2);
		if (!first)
			message.fds[message.fd_count++] = dup(pipes[1]);
		add_eventfds(&fd, 1);
		if (first)
			message.fds[message.fd_count++] = dup(pipes[1]);
		assert_int_equal(handle(), EINVAL);
		close(fd);
		assert_int_equal(client.irqs.fds[MSIX][0], -1);
	}

	make_irqs(EVENTFD | TRIGGER, MSIX, 0, 1);
	add_eventfds(&fd, 1);
	fcntl(fd, F_SETFL, 0);
	assert_int_equal(handle(), 0);
	assert_int_equal(write(fd, &most, sizeof(most)), sizeof(most));
	make_irqs(NONE | TRIGGER, MSIX, 0, 1);
	assert_int_equal(handle(), EAGAIN);
	close(fd);
	close(pipes[0]);
	close(pipes[1]);
}

/* A function with INTx. The client can mask it, which has no effect. */
static void test_intx(void **state)
{
	struct vfio_irq_info ask = { .argsz = sizeof(ask), .index = VFIO_PCI_INTX_IRQ_INDEX };
	static const uint8_t yes = 1;
	int fd;

	(void)state;
	session_end(&session);
	function.hardware.power_on[PCI_INTERRUPT_PIN] = 1;
	memset(&client.irqs, 0, sizeof(client.irqs));
	begin();
	assert_int_equal(agree(0, 0, NULL, 0), 0);
	assert_int_equal(call(VFIO_USER_DEVICE_GET_IRQ_INFO, &ask, sizeof(ask)), 0);
	memcpy(&ask, reply.body, sizeof(ask));
	assert_int_equal(ask.count, 1);
	assert_int_equal(client.irqs.fds[VFIO_PCI_INTX_IRQ_INDEX][0], -1);

	make_irqs(NONE | MASK, VFIO_PCI_INTX_IRQ_INDEX, 0, 1);
	assert_int_equal(handle(), 0);
	make_irqs(NONE | VFIO_IRQ_SET_ACTION_UNMASK, VFIO_PCI_INTX_IRQ_INDEX, 0, 1);
	assert_int_equal(handle(), 0);
	make_irqs(BOOL | MASK, VFIO_PCI_INTX_IRQ_INDEX, 0, 1);
	message_add(&message, &yes, 1);
	assert_int_equal(handle(), 0);
	make_irqs(EVENTFD | VFIO_IRQ_SET_ACTION_UNMASK, VFIO_PCI_INTX_IRQ_INDEX, 0, 1);
	add_eventfds(&fd, 1);
	assert_int_equal(handle(), ENOTTY);
	close(fd);

	make_irqs(EVENTFD | TRIGGER, VFIO_PCI_INTX_IRQ_INDEX, 0, 1);
	add_eventfds(&fd, 1);
	assert_int_equal(handle(), 0);
	make_irqs(NONE | TRIGGER, VFIO_PCI_INTX_IRQ_INDEX, 0, 1);
	assert_int_equal(handle(), 0);
	assert_int_equal(events_of(fd), 1);
	close(fd);
}

/* Descriptor 0 is an eventfd as good as any. */
static void test_first_descriptor(void **state)
{
	int kept = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	(void)state;
	dup2(fd, STDIN_FILENO);
	make_irqs(EVENTFD | TRIGGER, MSIX, 0, 1);
	message.fds[message.fd_count++] = STDIN_FILENO;
	assert_int_equal(handle(), 0);
	make_irqs(NONE | TRIGGER, MSIX, 0, 1);
	assert_int_equal(handle(), 0);
	assert_int_equal(events_of(fd), 1);
	/* it is closed with the others, and so is one that isn't kept */
	make_irqs(NONE | TRIGGER, MSIX, 0, 0);
	assert_int_equal(handle(), 0);
	assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), -1);
	dup2(fd, STDIN_FILENO);
	make_irqs(EVENTFD | TRIGGER, MSIX, 0, 2);
	message.fds[message.fd_count++] = STDIN_FILENO;
	assert_int_equal(handle(), EINVAL);
	assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), -1);
	dup2(kept, STDIN_FILENO);
	close(kept);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_irq_info),	 TEST(test_irqs), TEST(test_wrong_irqs),
		TEST(test_odd_eventfds), TEST(test_intx), TEST(test_first_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
