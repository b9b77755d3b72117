// SPDX-License-Identifier: MIT
/* vpasid/query.h: vpasid_query_bound(), which asks both. */
#include <errno.h>
#include <linux/vfio_pasid.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <vpasid/query.h>

#include "made_answers.h"

#define query_bound(exchanges...) asked(ask_both, exchanges)

static void test_both_agree(void **state)
{
	struct vpasid_info info =
		query_bound((struct exchange[]){ { STABLE, 0, { 3, 0, 20, 0, 1, 0, 16, KNOWN }, 8 },
						 { HW_INFO, 0, { 16, HW_EXEC } },
						 { 0 } },
			    0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_VFIO_FEATURE);
	assert_int_equal(info.second, VPASID_SOURCE_IOMMUFD);
	assert_int_equal(info.differs, 0);
	assert_int_equal(info.width, 20);
	assert_int_equal(info.capabilities, VPASID_CAP_EXEC | VPASID_CAP_PRIV);
	assert_int_equal(info.enabled, VPASID_CAP_EXEC);
	assert_int_equal(vpasid_info_usable_width(&info), 16);
}

/* The second source isn't asked: it knows a width where PASID is off, and warns of it. */
static void test_off_is_the_last_word(void **state)
{
	struct vpasid_info info =
		query_bound((struct exchange[]){ { STABLE, 0, { 0 }, 8 }, { 0 } }, 0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_VFIO_FEATURE);
	assert_int_equal(info.second, VPASID_SOURCE_NONE);
	assert_int_equal(info.width, 0);
}

/* iommufd has the same 0 for "none" and for "PASID 0 alone". */
static void test_both_know_one_pasid(void **state)
{
	struct vpasid_info info =
		query_bound((struct exchange[]){ { STABLE, 0, { 3, 0, 20, 0, 3, 0, 0, KNOWN }, 8 },
						 { HW_INFO, 0, { 0 } },
						 { WHICH, 0, { 0 } },
						 { 0 } },
			    0);

	(void)state;
	assert_int_equal(info.second, VPASID_SOURCE_IOMMUFD);
	assert_int_equal(info.differs, 0);
	assert_int_equal(info.width, 20);
	assert_int_equal(info.enabled, VPASID_CAP_EXEC | VPASID_CAP_PRIV);
	assert_int_equal(vpasid_info_usable_width(&info), 0);
	assert_int_equal(attaching.tried, 0);
}

/* What a kernel that attaches PASIDs answers, and whether that is a refusal. */
static void test_attach_refused(void **state)
{
	static const struct {
		int nothing, ioas, hwpt, beyond;
		bool refused;
	} kernels[] = {
		{ ENOENT, 0, 0, EOPNOTSUPP, true }, /* AMD's */
		{ ENOENT, 0, EOPNOTSUPP, 0, true }, /* AMD's, by whose IOMMU no table is walked */
		{ EOPNOTSUPP, 0, 0, 0, true },	    /* a driver of the device's */
		{ ENOENT, 0, 0, EINVAL, false },    /* Intel's */
		{ ENOENT, 0, 0, EBUSY, false },	    /* that isn't known */
		{ ENOENT, 0, ENOMEM, 0, false },     { ENOENT, ENOMEM, 0, 0, false },
		{ ENOTTY, 0, 0, EOPNOTSUPP, false }, /* an older one */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
		struct vpasid_info info;

		attaching.nothing = kernels[i].nothing;
		attaching.ioas = kernels[i].ioas;
		attaching.hwpt = kernels[i].hwpt;
		attaching.beyond = kernels[i].beyond;
		attaching.tried = 0;
		info = query_bound(
			(struct exchange[]){ { STABLE, 0, { 3, 0, 20, 0, 0, 0, 15, KNOWN }, 8 },
					     { HW_INFO, 0, { 15 } },
					     { 0 } },
			0);
		assert_int_equal(info.width, 20);
		assert_int_equal(info.differs, 0);
		assert_int_equal(info.attach_refused, kernels[i].refused);
		assert_int_equal(vpasid_info_usable_width(&info), kernels[i].refused ? 0 : 15);
		assert_int_equal(attaching.tried, kernels[i].nothing == ENOENT &&
							  !kernels[i].ioas && !kernels[i].hwpt);
	}
	memset(&attaching, 0, sizeof(attaching));
}

static void test_bound_stock_vfio_pci(void **state)
{
	struct vpasid_info info = query_bound((struct exchange[]){ { STABLE, ENOTTY },
								   { PROPOSED, EINVAL },
								   { HW_INFO, 0, { 20, HW_PRIV } },
								   { 0 } },
					      0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_IOMMUFD);
	assert_int_equal(info.second, VPASID_SOURCE_NONE);
	assert_int_equal(info.width, 20);
}

static void test_bound_old_kernel(void **state)
{
	struct vpasid_info info =
		query_bound((struct exchange[]){ { STABLE, 0, { 1, 0, 20, 0, 1, 0, 16, KNOWN }, 8 },
						 { HW_INFO, 0, { 0 } },
						 { WHICH, EOPNOTSUPP },
						 { 0 } },
			    0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_VFIO_FEATURE);
	assert_int_equal(info.second, VPASID_SOURCE_NONE);
	assert_int_equal(info.iommu_width, 16);

	query_bound((struct exchange[]){ { STABLE, ENOTTY },
					 { PROPOSED, ENOTTY },
					 { HW_INFO, 0, { 0 } },
					 { WHICH, EOPNOTSUPP },
					 { 0 } },
		    -EOPNOTSUPP);
}

static void test_bound_errors(void **state)
{
	(void)state;
	query_bound((struct exchange[]){ { STABLE, EIO }, { 0 } }, -EIO);
	query_bound(
		(struct exchange[]){ { STABLE, 0, { 1, 0, 20 }, 8 }, { HW_INFO, ENOENT }, { 0 } },
		-ENOENT);
}

static void test_without_iommufd(void **state)
{
	static const struct exchange exchanges[] = { { STABLE, 0, { 1, 0, 20 }, 8 }, { 0 } };
	struct vpasid_info info;

	(void)state;
	next = exchanges;
	assert_int_equal(vpasid_query_bound(FD, -1, DEV_ID, NULL, &info), 0);
	assert_int_equal(info.source, VPASID_SOURCE_VFIO_FEATURE);
	assert_int_equal(info.second, VPASID_SOURCE_NONE);
	assert_int_equal(next->feature, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_agree),
		cmocka_unit_test(test_off_is_the_last_word),
		cmocka_unit_test(test_both_know_one_pasid),
		cmocka_unit_test(test_attach_refused),
		cmocka_unit_test(test_bound_stock_vfio_pci),
		cmocka_unit_test(test_bound_old_kernel),
		cmocka_unit_test(test_bound_errors),
		cmocka_unit_test(test_without_iommufd),
	};

	return cmocka_run_group_tests_name("query_bound", tests, NULL, NULL);
}
