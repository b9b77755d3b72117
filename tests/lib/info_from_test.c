// SPDX-License-Identifier: MIT
/* vpasid/info.h: answers made of data, as the kernel has filled it in. */
#include <errno.h>
#include <linux/vfio_pasid.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <vpasid/info.h>

#include "iommufd_abi.h"

#define STABLE	 VFIO_DEVICE_FEATURE_PASID_STABLE
#define PROPOSED VFIO_DEVICE_FEATURE_PASID

static struct vpasid_info info;

static void assert_zeros(void)
{
	static const struct vpasid_info zeros;

	assert_memory_equal(&info, &zeros, sizeof(info));
}

/* The payload stands at an odd address: no alignment is asked for. */
static int from_feature(uint32_t feature, struct vfio_device_feature_pasid_ext ext, size_t size)
{
	uint8_t bytes[1 + sizeof(ext) + 1] = { 0 };

	memcpy(bytes + 1, &ext, sizeof(ext));
	memset(&info, 0xa5, sizeof(info));
	return vpasid_info_from_feature(feature, bytes + 1, size, &info);
}

static const struct vfio_device_feature_pasid_ext all = {
	.pasid = { .capabilities = 3, .width = 20 },
	.enabled = 1,
	.iommu_width = 16,
	.flags = VFIO_DEVICE_PASID_IOMMU_WIDTH,
};

static void the_whole_feature(void **state)
{
	(void)state;
	assert_int_equal(from_feature(STABLE, all, 8), 0);
	assert_int_equal(info.source, VPASID_SOURCE_VFIO_FEATURE);
	assert_int_equal(info.known, VPASID_KNOWN_ENABLED | VPASID_KNOWN_IOMMU_WIDTH);
	assert_int_equal(info.width, 20);
	assert_int_equal(info.iommu_width, 16);
	assert_int_equal(info.capabilities, 3);
	assert_int_equal(info.enabled, 1);
	assert_int_equal(vpasid_info_usable_width(&info), 16);
}

/* Four bytes don't tell what is enabled, nor anything of the IOMMU, whatever follows them. */
static void half_the_feature(void **state)
{
	(void)state;
	assert_int_equal(from_feature(PROPOSED, all, 4), 0);
	assert_int_equal(info.source, VPASID_SOURCE_VFIO_FEATURE_11);
	assert_int_equal(info.known, 0);
	assert_int_equal(info.width, 20);
	assert_int_equal(info.capabilities, 3);
	assert_int_equal(info.enabled, 0);
	assert_int_equal(info.iommu_width, 0);
	assert_int_equal(vpasid_info_usable_width(&info), 20);

	assert_int_equal(from_feature(STABLE, all, 4), 0);
	assert_int_equal(info.source, VPASID_SOURCE_VFIO_FEATURE);
	assert_int_equal(info.known, 0);
	assert_int_equal(from_feature(PROPOSED, all, 8), 0);
	assert_int_equal(info.source, VPASID_SOURCE_VFIO_FEATURE_11);
	assert_int_equal(info.known, VPASID_KNOWN_ENABLED | VPASID_KNOWN_IOMMU_WIDTH);
}

/* An IOMMU with PASID 0 alone is something else than one of which nothing is known. */
static void an_iommus_width_of_0(void **state)
{
	struct vfio_device_feature_pasid_ext none = all, unknown = all;

	(void)state;
	none.iommu_width = unknown.iommu_width = 0;
	unknown.flags = 0;
	assert_int_equal(from_feature(STABLE, none, 8), 0);
	assert_true(info.known & VPASID_KNOWN_IOMMU_WIDTH);
	assert_int_equal(vpasid_info_usable_width(&info), 0);
	assert_int_equal(from_feature(STABLE, unknown, 8), 0);
	assert_false(info.known & VPASID_KNOWN_IOMMU_WIDTH);
	assert_int_equal(vpasid_info_usable_width(&info), 20);
}

static void bits_of_later_kernels_are_left_out(void **state)
{
	struct vfio_device_feature_pasid_ext later = all;

	(void)state;
	later.pasid.capabilities = later.enabled = 0xffff;
	later.flags = 0xff;
	assert_int_equal(from_feature(STABLE, later, 8), 0);
	assert_int_equal(info.capabilities, 3);
	assert_int_equal(info.enabled, 3);
	assert_int_equal(info.known, VPASID_KNOWN_ENABLED | VPASID_KNOWN_IOMMU_WIDTH);
}

static void what_is_no_answer_of_the_feature(void **state)
{
	struct vfio_device_feature_pasid_ext wide = all;

	(void)state;
	wide.pasid.width = 21;
	assert_int_equal(from_feature(STABLE, wide, 8), -EPROTO);
	assert_zeros();
	for (size_t size = 0; size < 10; size++) {
		if (size == 4 || size == 8)
			continue;
		assert_int_equal(from_feature(STABLE, all, size), -EINVAL);
		assert_zeros();
	}
	assert_int_equal(from_feature(12, all, 8), -EINVAL);
	assert_zeros();
}

static int from_hw_info(uint8_t width, uint64_t capabilities, uint32_t flags)
{
	const struct hw_info hw = {
		.size = sizeof(hw),
		.dev_id = 7,
		.out_max_pasid_log2 = width,
		.out_capabilities = capabilities,
	};
	uint8_t bytes[1 + sizeof(hw)];

	memcpy(bytes + 1, &hw, sizeof(hw));
	memset(&info, 0xa5, sizeof(info));
	return vpasid_info_from_hw_info(bytes + 1, sizeof(hw), flags, &info);
}

#define DIRTY 1 /* IOMMU_HW_CAP_DIRTY_TRACKING, which is older than the width */
#define EXEC  HW_CAP_PCI_PASID_EXEC
#define PRIV  HW_CAP_PCI_PASID_PRIV
#define ATS   HW_CAP_PCI_ATS_NOT_SUPPORTED
#define TELLS VPASID_HW_INFO_TELLS_PASID

static void hw_info_with_pasid(void **state)
{
	(void)state;
	assert_int_equal(from_hw_info(16, DIRTY | EXEC, 0), 0);
	assert_int_equal(info.source, VPASID_SOURCE_IOMMUFD);
	assert_int_equal(info.known, VPASID_KNOWN_ENABLED | VPASID_KNOWN_IOMMU_WIDTH);
	assert_int_equal(info.width, 16);
	assert_int_equal(info.iommu_width, 16);
	assert_int_equal(info.capabilities, VPASID_CAP_EXEC);
	assert_int_equal(info.enabled, VPASID_CAP_EXEC);
	assert_int_equal(info.ats_refused, 0);
	assert_int_equal(from_hw_info(20, ATS | PRIV, TELLS), 0);
	assert_int_equal(info.enabled, VPASID_CAP_PRIV);
	assert_int_equal(info.ats_refused, 1);
}

/* Each of what came with the width or after it says that 0 is an answer; else it may be none. */
static void hw_info_without_pasid(void **state)
{
	static const uint64_t since[] = { EXEC, PRIV, ATS };

	(void)state;
	assert_int_equal(from_hw_info(0, DIRTY, 0), -ENODATA);
	assert_zeros();
	assert_int_equal(from_hw_info(0, DIRTY, TELLS), 0);
	assert_int_equal(info.source, VPASID_SOURCE_IOMMUFD);
	assert_int_equal(info.known, VPASID_KNOWN_ENABLED);
	assert_int_equal(info.width, 0);
	for (size_t i = 0; i < sizeof(since) / sizeof(since[0]); i++) {
		assert_int_equal(from_hw_info(0, since[i], 0), 0);
		assert_int_equal(info.width, 0);
		assert_int_equal(info.capabilities | info.enabled, 0);
		assert_int_equal(info.ats_refused, since[i] == ATS);
	}
}

static void what_is_no_hw_info(void **state)
{
	const struct hw_info hw = { .out_max_pasid_log2 = 20 };

	(void)state;
	assert_int_equal(from_hw_info(21, EXEC, TELLS), -EPROTO);
	assert_zeros();
	assert_int_equal(from_hw_info(20, EXEC, 2), -EINVAL);
	assert_zeros();
	assert_int_equal(vpasid_info_from_hw_info(&hw, sizeof(hw) - 1, 0, &info), -EINVAL);
	assert_int_equal(vpasid_info_from_hw_info(&hw, sizeof(hw), 0, &info), 0);
}

/* A later kernel's struct is longer; what it has there isn't looked at. */
static void a_longer_hw_info(void **state)
{
	struct {
		struct hw_info hw;
		uint64_t more;
	} later = { .hw = { .out_max_pasid_log2 = 20 }, .more = 1 };

	(void)state;
	assert_int_equal(vpasid_info_from_hw_info(&later, sizeof(later), 0, &info), 0);
	assert_int_equal(info.width, 20);
}

static void ats_is_refused_in_the_combined_answer(void **state)
{
	struct vpasid_info function, iommufd;

	(void)state;
	from_hw_info(16, ATS, 0);
	iommufd = info;
	from_feature(STABLE, all, 8);
	function = info;
	vpasid_info_combine(&function, &iommufd, &info);
	assert_int_equal(info.width, 20);
	assert_int_equal(info.ats_refused, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_feature),
		cmocka_unit_test(half_the_feature),
		cmocka_unit_test(an_iommus_width_of_0),
		cmocka_unit_test(bits_of_later_kernels_are_left_out),
		cmocka_unit_test(what_is_no_answer_of_the_feature),
		cmocka_unit_test(hw_info_with_pasid),
		cmocka_unit_test(hw_info_without_pasid),
		cmocka_unit_test(what_is_no_hw_info),
		cmocka_unit_test(a_longer_hw_info),
		cmocka_unit_test(ats_is_refused_in_the_combined_answer),
	};

	return cmocka_run_group_tests_name("info_from", tests, NULL, NULL);
}
