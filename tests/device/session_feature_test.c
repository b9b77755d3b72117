// SPDX-License-Identifier: GPL-2.0-or-later
/* device/client.h: the PASID feature: those rows of tests/lab/vm/feature_test.c that aren't about
 * memory. */
#include <errno.h>
#include <linux/vfio_pasid.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "made_session.h"
#include "session.h"

#define GET   VFIO_DEVICE_FEATURE_GET
#define SET   VFIO_DEVICE_FEATURE_SET
#define PROBE VFIO_DEVICE_FEATURE_PROBE

static void check_answer(uint32_t argsz, size_t payload)
{
	static const uint8_t expected[8] = { VFIO_DEVICE_PASID_CAP_PRIV, 0, 20, 0,
					     VFIO_DEVICE_PASID_CAP_PRIV, 0, 0,	0 };
	struct vfio_device_feature feature;

	memcpy(&feature, reply.body, sizeof(feature));
	assert_int_equal(feature.argsz, argsz);
	assert_int_equal(message_length(&reply), 8 + payload);
	assert_memory_equal(reply.body + 8, expected, payload);
}

static void test_feature(void **state)
{
	static const uint32_t numbers[] = { VFIO_DEVICE_FEATURE_PASID_STABLE,
					    VFIO_DEVICE_FEATURE_PASID };

	(void)state;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		uint32_t number = numbers[i];

		for (uint32_t argsz = 0; argsz < 12; argsz++)
			assert_int_equal(ask(argsz, GET | number), EINVAL);
		for (uint32_t argsz = 12; argsz < 16; argsz++) {
			assert_int_equal(ask(argsz, GET | number), 0);
			check_answer(12, 4);
		}
		for (uint32_t argsz = 16; argsz < 300; argsz += 71) {
			assert_int_equal(ask(argsz, GET | number), 0);
			check_answer(16, 8);
		}
		assert_int_equal(ask(UINT32_MAX, GET | number), 0);
		check_answer(16, 8);

		assert_int_equal(ask(16, SET | number), EINVAL);
		assert_int_equal(ask(16, GET | SET | number), EINVAL);
		assert_int_equal(ask(16, number), EINVAL);
		assert_int_equal(ask(16, GET | 1u << 19 | number), EINVAL);
		assert_int_equal(ask(16, PROBE | SET | number), EINVAL);
		assert_int_equal(ask(16, PROBE | GET | SET | number), EINVAL);
		assert_int_equal(ask(7, PROBE | GET | number), EINVAL);
		assert_int_equal(ask(8, PROBE | GET | number), 0);
		check_answer(8, 0);
		assert_int_equal(ask(8, PROBE | number), 0);
	}
	assert_int_equal(ask(16, GET | 0), ENOTTY);
	assert_int_equal(ask(16, GET | 1), ENOTTY);
	assert_int_equal(ask(16, PROBE | GET | 0xf01a), ENOTTY);
	assert_int_equal(ask(16, GET | 0xffff), ENOTTY);
}

static void answers(const uint8_t expected[8])
{
	assert_int_equal(ask(16, GET | VFIO_DEVICE_FEATURE_PASID_STABLE), 0);
	assert_int_equal(message_length(&reply), 16);
	assert_memory_equal(reply.body + 8, expected, 8);
}

static void test_feature_without_pasid(void **state)
{
	(void)state;
	function.info.width = 0;
	answers((const uint8_t[8]){ 0 });
	function.info.known |= VPASID_KNOWN_IOMMU_WIDTH;
	function.info.iommu_width = 15;
	answers((const uint8_t[8]){ [6] = 15, [7] = VFIO_DEVICE_PASID_IOMMU_WIDTH });
}

/* 0 is as good a width as any: none can be used. */
static void test_feature_of_one_pasid(void **state)
{
	(void)state;
	function.info.known |= VPASID_KNOWN_IOMMU_WIDTH;
	answers((const uint8_t[8]){ VFIO_DEVICE_PASID_CAP_PRIV, 0, 20, 0,
				    VFIO_DEVICE_PASID_CAP_PRIV, 0, 0,
				    VFIO_DEVICE_PASID_IOMMU_WIDTH });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_feature),
		TEST(test_feature_without_pasid),
		TEST(test_feature_of_one_pasid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
