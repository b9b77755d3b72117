// SPDX-License-Identifier: MIT
/* vpasid/query.h: vpasid_query_iommufd(). */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <vpasid/query.h>

#include "iommufd_abi.h"
#include "made_answers.h"

static int ask_iommufd(struct vpasid_info *info)
{
	return vpasid_query_iommufd(IOMMUFD, DEV_ID, info);
}

#define query_iommufd(exchanges...) asked(ask_iommufd, exchanges)
#define DIRTY			    1 /* IOMMU_HW_CAP_DIRTY_TRACKING, none of ours */

static void test_iommufd(void **state)
{
	struct vpasid_info info = query_iommufd(
		(struct exchange[]){ { HW_INFO, 0, { 16, DIRTY | HW_EXEC } }, { 0 } }, 0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_IOMMUFD);
	assert_int_equal(info.known, VPASID_KNOWN_ENABLED | VPASID_KNOWN_IOMMU_WIDTH);
	assert_int_equal(info.width, 16);
	assert_int_equal(info.iommu_width, 16);
	assert_int_equal(info.capabilities, VPASID_CAP_EXEC);
	assert_int_equal(info.enabled, VPASID_CAP_EXEC);
	assert_int_equal(info.second, VPASID_SOURCE_NONE);

	info = query_iommufd((struct exchange[]){ { HW_INFO, 0, { 1, HW_PRIV } }, { 0 } }, 0);
	assert_int_equal(info.enabled, VPASID_CAP_PRIV);
}

/* 0 is "no PASID" if the kernel could say otherwise; permissions count for nothing then. */
static void test_iommufd_no_pasid(void **state)
{
	struct vpasid_info info = query_iommufd((struct exchange[]){ { HW_INFO, 0, { 0, HW_EXEC } },
								     { WHICH, 0, { 0, HW_EXEC } },
								     { 0 } },
						0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_IOMMUFD);
	assert_int_equal(info.known, VPASID_KNOWN_ENABLED);
	assert_int_equal(info.width, 0);
	assert_int_equal(info.enabled | info.capabilities, 0);
}

/* Linux 6.6 to 6.14: the byte is reserved, comes back as 0, and must be 0. */
static void test_iommufd_old_kernel(void **state)
{
	(void)state;
	query_iommufd(
		(struct exchange[]){ { HW_INFO, 0, { 0, DIRTY } }, { WHICH, EOPNOTSUPP }, { 0 } },
		-EOPNOTSUPP);
}

static void test_iommufd_errors(void **state)
{
	(void)state;
	query_iommufd((struct exchange[]){ { HW_INFO, ENOENT }, { 0 } }, -ENOENT);
	query_iommufd((struct exchange[]){ { HW_INFO, ENOTTY }, { 0 } }, -EOPNOTSUPP);
	query_iommufd((struct exchange[]){ { HW_INFO, 0, { 0 } }, { WHICH, ENOENT }, { 0 } },
		      -ENOENT);
	query_iommufd((struct exchange[]){ { HW_INFO, 0, { 21 } }, { 0 } }, -EPROTO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_iommufd),
		cmocka_unit_test(test_iommufd_no_pasid),
		cmocka_unit_test(test_iommufd_old_kernel),
		cmocka_unit_test(test_iommufd_errors),
	};

	return cmocka_run_group_tests_name("query_iommufd", tests, NULL, NULL);
}
