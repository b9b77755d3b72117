// SPDX-License-Identifier: GPL-2.0-or-later
/* device/dma.h: the memory that a client maps. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "made_session.h"
#include "session.h"
#include "support/device_client.h"

static int map(uint64_t address, uint64_t size)
{
	const struct vfio_user_dma_map map = { 32, 3, 0, address, size };

	return call(VFIO_USER_DMA_MAP, &map, sizeof(map));
}

static int unmap(uint64_t address, uint64_t size)
{
	const struct vfio_user_dma_unmap unmap = { 24, 0, address, size };

	return call(VFIO_USER_DMA_UNMAP, &unmap, sizeof(unmap));
}

static void test_map(void **state)
{
	static const struct vfio_user_dma_map wrong[] = {
		{ 31, 3, 0, 0x1000, 0x1000 },
		{ 32, 0, 0, 0x1000, 0x1000 },
		{ 32, 4, 0, 0x1000, 0x1000 },
		{ 32, 7, 0, 0x1000, 0x1000 },
		{ 32, 3, 0x1000, 0x1000, 0x1000 },
		{ 32, 3, 0, 0x1001, 0x1000 },
		{ 32, 3, 0, 0x1000, 0x1001 },
		{ 32, 3, 0, 0x1000, 0 },
		{ 32, 3, 0, UINT64_MAX - 0xfff, 0x2000 },
		{ 32, 3, 0, 0x2000, UINT64_MAX - 0xfff },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_int_equal(call(VFIO_USER_DMA_MAP, &wrong[i], sizeof(wrong[i])), EINVAL);
	assert_int_equal(map(0x10000, 0x4000), 0);
	assert_int_equal(message_length(&reply), 0);
	assert_int_equal(map(0x10000, 0x4000), EEXIST);
	assert_int_equal(map(0x13000, 0x1000), EEXIST);
	assert_int_equal(map(0xf000, 0x2000), EEXIST);
	assert_int_equal(map(0, 0x100000), EEXIST);
	assert_int_equal(map(0x14000, 0x1000), 0);
	assert_int_equal(map(0xf000, 0x1000), 0);
	assert_int_equal(map(UINT64_MAX - 0xfff, 0x1000), 0);
	assert_int_equal(client.dma.count, 4);
}

static void test_map_with_file(void **state)
{
	struct vfio_user_dma_map map = { 32, 1, 0x1000, 0x1000, 0x1000 };
	int fd = dup(0);

	(void)state;
	client_make(&message, VFIO_USER_DMA_MAP, &map, sizeof(map));
	message.fds[message.fd_count++] = fd;
	assert_int_equal(handle(), 0);
	assert_int_equal(fcntl(fd, F_GETFD), -1); /* it isn't kept */

	map.address += 0x1000;
	map.offset = INT64_MAX - 0x1000;
	client_make(&message, VFIO_USER_DMA_MAP, &map, sizeof(map));
	message.fds[message.fd_count++] = dup(0);
	assert_int_equal(handle(), 0);

	map.address += 0x1000;
	map.offset = INT64_MAX - 0xfff;
	client_make(&message, VFIO_USER_DMA_MAP, &map, sizeof(map));
	message.fds[message.fd_count++] = dup(0);
	assert_int_equal(handle(), EINVAL);
}

static void test_unmap(void **state)
{
	static const struct vfio_user_dma_unmap wrong[] = {
		{ 23, 0, 0x1000, 0x1000 }, { 24, 4, 0x1000, 0x1000 }, { 24, 2, 0x1000, 0x1000 },
		{ 24, 2, 0, 0x1000 },	   { 24, 0, 0, 0 },	      { 24, 0, 0x1001, 0x1000 },
	};
	const struct vfio_user_dma_unmap bitmap = { 24, 1, 0x10000, 0x1000 };
	const struct vfio_user_dma_unmap all = { 24, 2, 0, 0 };

	(void)state;
	for (uint64_t at = 0x10000; at < 0x18000; at += 0x2000)
		assert_int_equal(map(at, 0x2000), 0);
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_int_equal(call(VFIO_USER_DMA_UNMAP, &wrong[i], sizeof(wrong[i])), EINVAL);
	assert_int_equal(call(VFIO_USER_DMA_UNMAP, &bitmap, sizeof(bitmap)), EOPNOTSUPP);

	/* no mapping is cut in two: it is an error, and nothing is removed */
	assert_int_equal(unmap(0x10000, 0x3000), EINVAL);
	assert_int_equal(unmap(0x11000, 0x1000), EINVAL);
	assert_int_equal(client.dma.count, 4);
	/* a range with no mapping, with one, with some and holes between them; the rest */
	assert_int_equal(unmap(0x40000, 0x1000), 0);
	assert_int_equal(unmap(0x12000, 0x2000), 0);
	assert_memory_equal(reply.body, message.body, 24);
	assert_int_equal(client.dma.count, 3);
	assert_int_equal(unmap(0, 0x16000), 0);
	assert_int_equal(client.dma.count, 1);
	assert_int_equal(map(0x10000, 0x6000), 0);
	assert_int_equal(call(VFIO_USER_DMA_UNMAP, &all, sizeof(all)), 0);
	assert_int_equal(client.dma.count, 0);
	/* QEMU does this when it switches to a guest's translation */
	assert_int_equal(map(UINT64_MAX - 0xfff, 0x1000), 0);
	assert_int_equal(unmap(1ull << 63, 1ull << 63), 0);
	assert_int_equal(client.dma.count, 0);
}

static void test_too_many_maps(void **state)
{
	(void)state;
	/*
	 * Some in descending order, so that each is inserted before the others. The rest follow
	 * them, because moving all of them would be slow with sanitizers.
	 */
	for (uint64_t i = 1024; i; i--)
		assert_int_equal(map(i << 12, 0x1000), 0);
	for (uint64_t i = 1025; i <= DMA_MAX_MAPS; i++)
		assert_int_equal(map(i << 12, 0x1000), 0);
	assert_int_equal(map(0, 0x1000), ENOSPC);
	assert_int_equal(unmap(0x5000, 0x1000), 0);
	assert_int_equal(map(0, 0x1000), 0);
}

/* Freed, it is empty, and can be used again. */
static void test_reuse(void **state)
{
	(void)state;
	assert_int_equal(map(0x10000, 0x1000), 0);
	dma_free(&client.dma);
	assert_null(client.dma.maps);
	assert_int_equal(map(0x10000, 0x1000), 0);
	assert_int_equal(client.dma.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_map),	  TEST(test_map_with_file), TEST(test_unmap),
		TEST(test_reuse), TEST(test_too_many_maps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
