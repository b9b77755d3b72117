// SPDX-License-Identifier: GPL-2.0-or-later
/* device/client.h: access to the device's regions. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_session.h"
#include "session.h"
#include "support/bytes.h"
#include "support/device_client.h"

static void test_config(void **state)
{
	static const uint8_t all[2] = { 0xff, 0xff };

	(void)state;
	assert_int_equal(read_region(CONFIG, 0, 4096), 0);
	assert_int_equal(message_length(&reply), 16 + 4096);
	assert_memory_equal(reply.body, message.body, 16);
	assert_int_equal(get32(data_read()), 0xfff01b36);
	assert_int_equal(get32(data_read() + PASID + 4), 0x1404);

	assert_int_equal(write_region(CONFIG, CONTROL, all, sizeof(all)), 0);
	assert_int_equal(message_length(&reply), 16);
	assert_int_equal(read_region(CONFIG, CONTROL, 2), 0);
	assert_int_equal(get16(data_read()), 0x0005);
	assert_int_equal(call(VFIO_USER_DEVICE_RESET, NULL, 0), 0);
	assert_int_equal(message_length(&reply), 0);
	assert_int_equal(read_region(CONFIG, CONTROL, 2), 0);
	assert_int_equal(get16(data_read()), 0);
}

static void test_bars(void **state)
{
	static const uint8_t data[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

	(void)state;
	assert_int_equal(write_region(0, 0xfff8, data, sizeof(data)), 0);
	assert_int_equal(read_region(0, 0xfff8, sizeof(data)), 0);
	for (unsigned int i = 0; i < sizeof(data); i++)
		assert_int_equal(data_read()[i], 0);
}

static void test_ranges(void **state)
{
	static const struct {
		uint64_t region;
		uint64_t offset;
		unsigned int length;
		int error;
	} rows[] = {
		{ CONFIG, 4096, 0, 0 },
		{ CONFIG, 4095, 1, 0 },
		{ CONFIG, 4095, 2, EINVAL },
		{ CONFIG, 4096, 1, EINVAL },
		{ CONFIG, 1, 4096, EINVAL },
		{ CONFIG, UINT64_MAX, 1, EINVAL },
		{ CONFIG, UINT64_MAX - 1, 4, EINVAL },
		{ CONFIG, 1ull << 32, 1, EINVAL },
		{ 0, 0xffff, 1, 0 },
		{ 0, 0xffff, 2, EINVAL },
		{ 1, 0, 1, EINVAL },
		{ 1, 0, 0, 0 },
		{ 6, 0, 1, EINVAL },
		{ 8, 0, 1, EINVAL },
		{ 9, 0, 1, EINVAL },
		{ UINT32_MAX, 0, 1, EINVAL },
	};
	static const uint8_t data[4096];
	struct vfio_user_region_access access = { 0, CONFIG, 4097 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(read_region(rows[i].region, rows[i].offset, rows[i].length),
				 rows[i].error);
		assert_int_equal(write_region(rows[i].region, rows[i].offset, data, rows[i].length),
				 rows[i].error);
	}
	/* more bytes than are served at once, and a count that doesn't match the bytes */
	access.region = 0;
	assert_int_equal(call(VFIO_USER_REGION_READ, &access, sizeof(access)), EINVAL);
	access.count = UINT32_MAX;
	assert_int_equal(call(VFIO_USER_REGION_READ, &access, sizeof(access)), EINVAL);
	access.count = 4;
	assert_int_equal(call(VFIO_USER_REGION_WRITE, &access, sizeof(access)), EINVAL);
	access.count = 0;
	client_make(&message, VFIO_USER_REGION_WRITE, &access, sizeof(access));
	message_add(&message, "x", 1);
	assert_int_equal(handle(), EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_config),
		TEST(test_bars),
		TEST(test_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
