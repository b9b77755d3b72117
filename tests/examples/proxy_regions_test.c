// SPDX-License-Identifier: MIT
/* examples/proxy/regions.h: accesses of config space and BARs, and what is said of regions. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/made_config.h"
#include "made_proxy.h"

/* What a guest writes to its capability stays with it; all else goes on. */
static void test_config(void **state)
{
	static uint8_t garbage[VPASID_CONFIG_SIZE - PASID], now[VPASID_CONFIG_SIZE];

	(void)state;
	assert_int_equal(write16(CONTROL, 7), 0);
	assert_int_equal(control(), 7);
	assert_int_equal(write16(CONTROL, 0), 0);
	assert_int_equal(control(), 0);
	for (int i = 0; i < 256; i++) {
		memset(garbage, i, sizeof(garbage));
		assert_int_equal(access_region(CONFIG, PASID, garbage, sizeof(garbage)), 0);
	}
	made_vfio_config(now);
	assert_memory_equal(now, config, sizeof(now));
	assert_int_equal(read32(PASID + 4) & 0xffff, 20 << 8 | 6);

	assert_int_equal(write16(0xf00, 0xabcd), 0);
	made_vfio_config(now);
	assert_int_equal(now[0xf00] | now[0xf01] << 8, 0xabcd);

	/* all at once, as QEMU reads it */
	assert_int_equal(access_region(CONFIG, 0, NULL, VPASID_CONFIG_SIZE), 0);
	assert_memory_equal(reply.body + HEADER, "\x36\x1b\x10\x00", 4);
	assert_int_equal(access_region(CONFIG, 1, NULL, VPASID_CONFIG_SIZE), EINVAL);
	assert_int_equal(write16(VPASID_CONFIG_SIZE - 1, 0), EINVAL);
}

static void test_bars(void **state)
{
	static const uint8_t data[] = { 1, 2, 3, 4 };
	static const struct vfio_user_region_access many = { 0, 0, UINT32_MAX };
	uint8_t there[4];

	(void)state;
	assert_int_equal(access_region(0, 0x1000, data, sizeof(data)), 0);
	assert_int_equal(pread(made.fd, there, 4, BAR_AT + 0x1000), 4);
	assert_memory_equal(there, data, 4);
	assert_int_equal(access_region(0, 0x1002, NULL, 2), 0);
	assert_memory_equal(reply.body + HEADER, data + 2, 2);

	assert_int_equal(access_region(0, BAR_SIZE, NULL, 1), EINVAL);
	assert_int_equal(access_region(0, UINT64_MAX, NULL, 1), EINVAL);
	assert_int_equal(access_region(0, BAR_SIZE - 2, data, 4), EINVAL);
	assert_int_equal(access_region(1, 0, NULL, 1), EINVAL);
	assert_int_equal(access_region(VFIO_PCI_NUM_REGIONS, 0, NULL, 1), EINVAL);
	assert_int_equal(access_region(UINT32_MAX, 0, NULL, 1), EINVAL);
	assert_int_equal(call(VFIO_USER_REGION_READ, &many, sizeof(many)), EINVAL);
	/* fewer bytes than it says */
	assert_int_equal(call(VFIO_USER_REGION_WRITE,
			      &(struct vfio_user_region_access){ .count = 4 }, HEADER),
			 EINVAL);

	/* the device is gone */
	assert_int_equal(ftruncate(made.fd, 0), 0);
	assert_int_equal(access_region(0, 0, NULL, 4), EIO);
	assert_int_equal(access_region(CONFIG, 0, NULL, 4), EIO);
}

static int ask_region(uint32_t index, uint32_t argsz)
{
	const struct vfio_region_info ask = { .argsz = argsz, .index = index };

	return call(VFIO_USER_DEVICE_GET_REGION_INFO, &ask, sizeof(ask));
}

static void test_region_info(void **state)
{
	const struct vfio_region_info *info = (const void *)reply.body;

	(void)state;
	/* first without room for the capabilities, then with as much as that takes */
	assert_int_equal(ask_region(0, sizeof(*info)), 0);
	assert_int_equal(message_length(&reply), sizeof(*info));
	assert_int_equal(info->argsz, 64);
	/* QEMU takes 0 for a mistake */
	assert_int_equal(info->cap_offset, sizeof(*info));
	assert_int_equal(ask_region(0, 64), 0);
	assert_int_equal(message_length(&reply), 64);
	assert_int_equal(info->cap_offset, sizeof(*info));
	assert_int_equal(info->size, BAR_SIZE);
	assert_int_equal(info->offset, BAR_AT);
	assert_int_equal(info[1].argsz & 0xffff, VFIO_REGION_INFO_CAP_SPARSE_MMAP);
	assert_int_equal(ask_region(0, UINT32_MAX), 0);
	assert_int_equal(message_length(&reply), 64);
	assert_int_equal(info->argsz, 64);

	/* a BAR is mapped from the device */
	assert_int_equal(reply.fd_count, 1);
	assert_int_equal(reply.fds[0], made.fd);
	assert_int_equal(ask_region(CONFIG, sizeof(*info)), 0);
	assert_int_equal(reply.fd_count, 0);

	proxy.keep_device = true;
	assert_int_equal(ask_region(0, 64), 0);
	assert_int_equal(reply.fd_count, 0);
	assert_int_equal(message_length(&reply), sizeof(*info));
	assert_int_equal(info->argsz, sizeof(*info));
	assert_int_equal(info->cap_offset, 0);
	assert_int_equal(info->flags, VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE);

	assert_int_equal(ask_region(0, sizeof(*info) - 1), EINVAL);
	assert_int_equal(ask_region(VFIO_PCI_NUM_REGIONS, 64), EINVAL);
	assert_int_equal(ask_region(VFIO_PCI_VGA_REGION_INDEX, 64), EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_config),
		TEST(test_bars),
		TEST(test_region_info),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
