// SPDX-License-Identifier: MIT
/* examples/proxy/memory.h: which of the client's memory VFIO maps. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "made_proxy.h"

static void test_dma(void **state)
{
	int fd = make_memory();
	char byte;

	(void)state;
	assert_int_equal(map_page(fd, 2, 0x10000, 0x2000, READ | WRITE), 0);
	assert_int_equal(made.map_count, 1);
	assert_int_equal(made.maps[0].address, 0x10000);
	assert_int_equal(made.maps[0].size, 0x2000);
	assert_int_equal(made.maps[0].flags, VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE);
	assert_int_equal(*(const char *)made.maps[0].memory, '2');
	assert_int_equal(map_page(fd, 0, 0x20000, 0x1000, READ), 0);
	assert_int_equal(made.maps[1].flags, VFIO_DMA_MAP_FLAG_READ);
	/* it is the client's memory, and no copy of it: for what the client writes, and DMA */
	assert_int_equal(pwrite(fd, "x", 1, 0), 1);
	assert_int_equal(*(const char *)made.maps[1].memory, 'x');
	*(char *)made.maps[0].memory = 'y';
	assert_int_equal(pread(fd, &byte, 1, 0x2000), 1);
	assert_int_equal(byte, 'y');

	/* what can't be isn't passed on */
	assert_int_equal(map_page(fd, 0, 0x11000, 0x1000, READ), EEXIST);
	assert_int_equal(map_page(fd, 0, 0x30001, 0x1000, READ), EINVAL);
	assert_int_equal(map_page(fd, 0, 0x30000, 0, READ), EINVAL);
	assert_int_equal(map_page(fd, 0, 0x30000, 0x1000, 0), EINVAL);
	assert_int_equal(unmap(0x10000, 0x1000, 0), EINVAL);
	assert_int_equal(made.map_count, 2);

	assert_int_equal(unmap(0x40000, 0x1000, 0), 0);
	assert_int_equal(unmap(0x10000, 0x2000, 0), 0);
	assert_int_equal(made.map_count, 1);
	assert_int_equal(map_page(fd, 1, 0x10000, 0x1000, READ | WRITE), 0);
	assert_int_equal(made.map_count, 2);
	assert_int_equal(map_page(fd, 1, 0x30000, 0x1000, WRITE), 0);
	assert_int_equal(made.maps[2].flags, VFIO_DMA_MAP_FLAG_WRITE);
	assert_int_equal(unmap(0, 0, VFIO_DMA_UNMAP_FLAG_ALL), 0);
	assert_int_equal(made.map_count, 0);
	close(fd);
}

/* It answers nothing of PASID, as one before 6.15. */
static void test_dma_of_iommufd(void **state)
{
	begin(true);
	assert_int_equal(make_guest(20), 0);
	join();
	test_dma(state);
	teardown(NULL);
}

static void test_odd_memory(void **state)
{
	int fd = make_memory(), file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), pipes[2];

	(void)state;
	/* registers and ROMs of the VMM's: no DMA goes there */
	assert_int_equal(map_page(-1, 0, 0x50000, 0x1000, READ | WRITE), 0);
	assert_int_equal(made.map_count, 0);
	assert_int_equal(unmap(0x50000, 0x1000, 0), 0);

	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(map_page(file, 0, 0x1000, 0x1000, READ), EINVAL);
	assert_int_equal(map_page(pipes[0], 0, 0x1000, 0x1000, READ), EINVAL);
	assert_int_equal(map_page(made.fd, 1, 0x1000, UINT64_MAX - 0xfff, READ), EINVAL);
	assert_int_equal(map_page(fd, 0, 0, INT64_MAX & ~0xfffull, READ), ENOMEM);
	assert_int_equal(made.map_count, 0);

	/* what the kernel refuses isn't left in our memory */
	made.map_error = EFAULT;
	assert_int_equal(map_page(fd, 0, 0x1000, 0x1000, READ), EFAULT);
	made.map_error = 0;
	assert_int_equal(count_memory(), 0);
	assert_int_equal(map_page(fd, 0, 0x1000, 0x1000, READ), 0);
	assert_int_equal(count_memory(), 1);
	assert_int_equal(unmap(0x1000, 0x1000, 0), 0);
	assert_int_equal(count_memory(), 0);
	close(pipes[0]);
	close(pipes[1]);
	close(file);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_dma),
		cmocka_unit_test(test_dma_of_iommufd),
		TEST(test_odd_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
