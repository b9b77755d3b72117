// SPDX-License-Identifier: MIT
/* examples/proxy/serve.h: the device as a whole, its resets, its clients' end, and noise. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "made_proxy.h"

#define NOISE 200000

static void test_info(void **state)
{
	const struct vfio_user_device_info ask = { .argsz = sizeof(ask) };
	const struct vfio_user_device_info *info = (const void *)reply.body;

	(void)state;
	assert_int_equal(call(VFIO_USER_DEVICE_GET_INFO, &ask, sizeof(ask)), 0);
	assert_int_equal(info->flags, VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET);
	assert_int_equal(info->num_regions, VFIO_PCI_NUM_REGIONS);
	assert_int_equal(info->num_irqs, VFIO_PCI_NUM_IRQS);
	assert_int_equal(call(VFIO_USER_DEVICE_FEATURE, "\0\0\0\0\0\0\0", 8), EOPNOTSUPP);
}

static void test_reset(void **state)
{
	(void)state;
	assert_int_equal(write16(CONTROL, 5), 0);
	assert_int_equal(call(VFIO_USER_DEVICE_RESET, NULL, 0), 0);
	assert_int_equal(made.resets, 1);
	assert_int_equal(control(), 0);

	/* by config space: the device does it, and the view knows */
	assert_int_equal(write16(CONTROL, 5), 0);
	assert_int_equal(write16(0x48, PCI_EXP_DEVCTL_BCR_FLR), 0);
	assert_int_equal(made.resets, 1);
	assert_int_equal(control(), 0);
}

/* The next client finds nothing of this one. */
static void test_end(void **state)
{
	int fd = make_memory();

	(void)state;
	assert_int_equal(map_page(fd, 0, 0x1000, 0x1000, READ), 0);
	assert_int_equal(map_page(fd, 1, 0x2000, 0x1000, READ | WRITE), 0);
	assert_int_equal(write16(CONTROL, 1), 0);
	session_end(&session);
	assert_int_equal(made.resets, 1);
	/* DMA that is under way ends before the memory is taken from it */
	assert_true(made.was_reset_with_maps);
	assert_int_equal(made.map_count, 0);
	assert_int_equal(made.disabled, (1u << VFIO_PCI_NUM_IRQS) - 1);
	assert_int_equal(count_memory(), 0);
	close(fd);

	join();
	assert_int_equal(control(), 0);
}

/* Any message gets a reply; nothing is left of it. */
static void test_noise(void **state)
{
	static const unsigned int commands[] = { 2, 3, 4, 5, 7, 8, 9, 10, 13, 16, 99 };
	int memory = make_memory(), first = dup(memory), last;

	(void)state;
	close(first);
	srandom(1);
	for (int i = 0; i < NOISE; i++) {
		uint32_t body[16];
		size_t length = (size_t)random() % (sizeof(body) + 1);

		/* small numbers, so that some of it makes sense */
		for (size_t at = 0; at < sizeof(body) / sizeof(body[0]); at++)
			body[at] = random() % 4 ? (uint32_t)random() >> (random() % 32) : 0;
		body[0] = random() % 4 ? (uint32_t)length : body[0];
		client_make(&message, commands[(size_t)random() % 11], body, length);
		if (message.header.command == VFIO_USER_DMA_MAP && random() % 2)
			message.fds[message.fd_count++] = dup(memory);
		if (message.header.command == VFIO_USER_DEVICE_SET_IRQS)
			for (int fd = (int)(random() % 4); fd; fd--)
				message.fds[message.fd_count++] = dup(memory);
		handle();
		assert_true(message_length(&reply) <= MESSAGE_MAX_BODY);
		if (made.map_count > 32)
			assert_int_equal(unmap(0, 0, VFIO_DMA_UNMAP_FLAG_ALL), 0);
	}
	last = dup(memory);
	assert_int_equal(last, first);
	close(last);
	close(memory);
	assert_int_equal(read32(PASID + 4) & 0xffff, 20 << 8 | 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_info),
		TEST(test_reset),
		TEST(test_end),
		TEST(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
