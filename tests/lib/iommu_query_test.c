// SPDX-License-Identifier: MIT
/* vpasid/iommu.h: the ioctl that registers of IOMMUs come from. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>

#include <cmocka.h>

#include <vpasid/iommu.h>

#include "iommufd_abi.h"

#define IOMMUFD 43
#define DEV_ID	7

/* The kernel's answer: an errno, or 0 and so many bytes of this type. */
static struct {
	int error;
	uint32_t type, length;
} kernel;

int __wrap_ioctl(int fd, unsigned long request, void *arg);

int __wrap_ioctl(int fd, unsigned long request, void *arg)
{
	struct hw_info *hw = arg;
	uint8_t *data = (uint8_t *)(uintptr_t)hw->data_uptr;

	assert_int_equal(fd, IOMMUFD);
	assert_int_equal(request, GET_HW_INFO);
	assert_int_equal(hw->size, sizeof(*hw));
	assert_int_equal(hw->flags, 0);
	assert_int_equal(hw->dev_id, DEV_ID);
	assert_int_equal(hw->out_data_type, 0);
	assert_int_equal(hw->data_len, VPASID_IOMMU_DATA);
	for (uint32_t i = 0; i < hw->data_len; i++)
		data[i] = i < kernel.length ? (uint8_t)(i + 1) : 0;
	hw->out_data_type = kernel.type;
	hw->data_len = kernel.length;
	errno = kernel.error;
	return kernel.error ? -1 : 0;
}

static void test_query(void **state)
{
	static const struct vpasid_iommu zeros = { .argsz = sizeof(zeros) };
	struct vpasid_iommu iommu = { .argsz = sizeof(iommu) };

	(void)state;
	kernel.type = VPASID_IOMMU_INTEL_VTD;
	kernel.length = 24;
	assert_int_equal(vpasid_query_iommu(IOMMUFD, DEV_ID, &iommu), 0);
	assert_int_equal(iommu.type, VPASID_IOMMU_INTEL_VTD);
	assert_int_equal(iommu.length, 24);
	assert_int_equal(iommu.data[23], 24);
	assert_int_equal(iommu.data[24], 0);

	/* a later kernel has more */
	kernel.length = 100;
	assert_int_equal(vpasid_query_iommu(IOMMUFD, DEV_ID, &iommu), 0);
	assert_int_equal(iommu.length, 100);
	assert_int_equal(iommu.data[63], 64);

	memset(&kernel, 0, sizeof(kernel));
	assert_int_equal(vpasid_query_iommu(IOMMUFD, DEV_ID, &iommu), 0);
	assert_memory_equal(&iommu, &zeros, sizeof(iommu));
	assert_int_equal(vpasid_query_iommu(IOMMUFD, DEV_ID, NULL), -EINVAL);

	kernel.error = ENOTTY;
	kernel.type = 1;
	kernel.length = 24;
	memset(&iommu, 0xa5, sizeof(iommu));
	iommu.argsz = sizeof(iommu);
	assert_int_equal(vpasid_query_iommu(IOMMUFD, DEV_ID, &iommu), -EOPNOTSUPP);
	assert_memory_equal(&iommu, &zeros, sizeof(iommu));
	kernel.error = ENOENT;
	assert_int_equal(vpasid_query_iommu(IOMMUFD, DEV_ID, &iommu), -ENOENT);
}

/* No more is filled in than the caller has. */
static void test_query_argsz(void **state)
{
	struct {
		struct vpasid_iommu iommu;
		uint8_t more[8];
	} asked;

	(void)state;
	kernel.error = 0;
	kernel.type = VPASID_IOMMU_INTEL_VTD;
	kernel.length = 64;
	memset(&asked, 0xa5, sizeof(asked));
	asked.iommu.argsz = offsetof(struct vpasid_iommu, data) + 24;
	assert_int_equal(vpasid_query_iommu(IOMMUFD, DEV_ID, &asked.iommu), 0);
	assert_int_equal(asked.iommu.argsz, offsetof(struct vpasid_iommu, data) + 24);
	assert_int_equal(asked.iommu.data[23], 24);
	assert_int_equal(asked.iommu.data[24], 0xa5);

	asked.iommu.argsz = sizeof(asked);
	assert_int_equal(vpasid_query_iommu(IOMMUFD, DEV_ID, &asked.iommu), 0);
	assert_int_equal(asked.iommu.argsz, sizeof(asked));
	assert_int_equal(asked.iommu.data[63], 64);
	assert_int_equal(asked.more[7], 0);

	/* room for what precedes the registers */
	memset(&asked, 0xa5, sizeof(asked));
	asked.iommu.argsz = offsetof(struct vpasid_iommu, data);
	assert_int_equal(vpasid_query_iommu(IOMMUFD, DEV_ID, &asked.iommu), 0);
	assert_int_equal(asked.iommu.type, VPASID_IOMMU_INTEL_VTD);
	assert_int_equal(asked.iommu.length, 64);
	assert_int_equal(asked.iommu.data[0], 0xa5);

	asked.iommu.argsz = offsetof(struct vpasid_iommu, data) - 1;
	assert_int_equal(vpasid_query_iommu(IOMMUFD, DEV_ID, &asked.iommu), -EINVAL);
	asked.iommu.argsz = 0xa5a5a5a5;
	assert_int_equal(vpasid_query_iommu(IOMMUFD, DEV_ID, &asked.iommu), -E2BIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_query_argsz),
	};

	return cmocka_run_group_tests_name("iommu_query", tests, NULL, NULL);
}
