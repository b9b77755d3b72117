// SPDX-License-Identifier: MIT
/* examples/proxy/irqs.h: what VFIO gets to know about interrupts. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>

#include <cmocka.h>

#include "made_proxy.h"

#define MSIX	VFIO_PCI_MSIX_IRQ_INDEX
#define TRIGGER VFIO_IRQ_SET_ACTION_TRIGGER

static void test_irq_info(void **state)
{
	struct vfio_irq_info irq = { .argsz = sizeof(irq), .index = MSIX };

	(void)state;
	assert_int_equal(call(VFIO_USER_DEVICE_GET_IRQ_INFO, &irq, sizeof(irq)), 0);
	assert_int_equal(((const struct vfio_irq_info *)reply.body)->count, VECTORS);
	irq.index = VFIO_PCI_NUM_IRQS;
	assert_int_equal(call(VFIO_USER_DEVICE_GET_IRQ_INFO, &irq, sizeof(irq)), EINVAL);
}

static int set_irqs(uint32_t flags, uint32_t start, uint32_t count, size_t fds, size_t bytes)
{
	static const uint8_t data[MESSAGE_MAX_BODY] = { 1, 0, 1 };
	const struct vfio_irq_set set = { sizeof(set), flags, MSIX, start, count };

	client_make(&message, VFIO_USER_DEVICE_SET_IRQS, &set, sizeof(set));
	message_add(&message, data, bytes);
	for (size_t i = 0; i < fds; i++)
		message.fds[message.fd_count++] = eventfd(0, EFD_CLOEXEC);
	made.irq_calls = 0;
	return handle();
}

static void test_irqs(void **state)
{
	const struct vfio_irq_set *set = &made.irqs.set;

	(void)state;
	assert_int_equal(set_irqs(VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER, 3, 4, 4, 0), 0);
	assert_int_equal(set->argsz, sizeof(*set) + 4 * sizeof(int));
	assert_int_equal(set->index, MSIX);
	assert_int_equal(set->start, 3);
	assert_int_equal(set->count, 4);
	/* each interrupt has its own of the client's eventfds, which were open then */
	assert_memory_equal(made.irqs.data, message.fds, 4 * sizeof(int));
	assert_true(made.irqs.are_fds_open);

	/* none are sent to take them back: more than could be sent */
	assert_int_equal(set_irqs(VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER, 0, VECTORS, 0, 0), 0);
	assert_int_equal(set->argsz, sizeof(*set) + VECTORS * sizeof(int));
	for (int i = 0; i < VECTORS; i++)
		assert_int_equal(made.irqs.data[i], -1);

	assert_int_equal(set_irqs(VFIO_IRQ_SET_DATA_BOOL | TRIGGER, 0, 3, 0, 3), 0);
	assert_int_equal(set->argsz, sizeof(*set) + 3);
	assert_memory_equal(made.irqs.data, "\1\0\1", 3);
	assert_int_equal(set_irqs(VFIO_IRQ_SET_DATA_NONE | TRIGGER, 0, 0, 0, 0), 0);
	assert_int_equal(set->argsz, sizeof(*set));

	/* what the kernel says */
	made.irq_error = EINVAL;
	assert_int_equal(set_irqs(VFIO_IRQ_SET_DATA_NONE | TRIGGER, 0, 0, 0, 0), EINVAL);
	made.irq_error = -8;
	assert_int_equal(set_irqs(VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER, 0, 16, 16, 0), ENOSPC);
}

static void test_wrong_irqs(void **state)
{
	static const struct {
		uint32_t flags, count;
		size_t fds, bytes;
	} rows[] = {
		{ VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER, 4, 3, 0 },
		{ VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER, 4, 4, 4 },
		{ VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER, 2049, 0, 0 },
		{ VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER, UINT32_MAX, 0, 0 },
		{ VFIO_IRQ_SET_DATA_BOOL | TRIGGER, 4, 0, 3 },
		{ VFIO_IRQ_SET_DATA_BOOL | TRIGGER, 4, 4, 4 },
		{ VFIO_IRQ_SET_DATA_BOOL | TRIGGER, 4000, 0, 4000 },
		{ VFIO_IRQ_SET_DATA_NONE | TRIGGER, 4, 4, 0 },
		{ VFIO_IRQ_SET_DATA_NONE | TRIGGER, 4, 0, 4 },
		{ 0, 4, 0, 16 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
			set_irqs(rows[i].flags, 0, rows[i].count, rows[i].fds, rows[i].bytes),
			EINVAL);
		assert_int_equal(made.irq_calls, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_irq_info),
		TEST(test_irqs),
		TEST(test_wrong_irqs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
