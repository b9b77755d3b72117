// SPDX-License-Identifier: MIT
/* vpasid/query.h: vpasid_query_bound() with the function's registers. */
#include <errno.h>
#include <linux/vfio_pasid.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <vpasid/query.h>

#include "made_answers.h"

static struct vpasid_info with_registers(uint16_t capability, uint16_t control,
					 const struct exchange *exchanges, int expected)
{
	const struct vpasid_registers given = { sizeof(given), capability, control };
	struct vpasid_info info;

	registers = &given;
	info = asked(ask_both, exchanges, expected);
	registers = NULL;
	return info;
}

#define query_registers(capability, control, exchanges...) \
	with_registers(capability, control, exchanges)

static void test_registers(void **state)
{
	struct vpasid_info info =
		query_registers(0x1406, 0x0003,
				(struct exchange[]){ { STABLE, ENOTTY },
						     { PROPOSED, EINVAL },
						     { HW_INFO, 0, { 16, HW_EXEC } },
						     { 0 } },
				0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_REGISTERS);
	assert_int_equal(info.second, VPASID_SOURCE_IOMMUFD);
	assert_int_equal(info.differs, 0);
	assert_int_equal(info.width, 20);
	assert_int_equal(info.iommu_width, 16);
	assert_int_equal(info.capabilities, VPASID_CAP_EXEC | VPASID_CAP_PRIV);
	assert_int_equal(info.enabled, VPASID_CAP_EXEC);
}

static void test_registers_disagree(void **state)
{
	struct vpasid_info info =
		query_registers(0x0806, 0x0003,
				(struct exchange[]){ { STABLE, ENOTTY },
						     { PROPOSED, EINVAL },
						     { HW_INFO, 0, { 16, HW_PRIV } },
						     { 0 } },
				0);

	(void)state;
	assert_int_equal(info.second, VPASID_SOURCE_IOMMUFD);
	assert_int_equal(info.differs, VPASID_DIFFERS_WIDTH | VPASID_DIFFERS_ENABLED);
	assert_int_equal(vpasid_info_usable_width(&info), 8);
	assert_int_equal(info.enabled, 0);
}

/* As the driver's "no PASID", although the second source would have a width. */
static void test_registers_off(void **state)
{
	struct vpasid_info info = query_registers(
		0x1406, 0x0006,
		(struct exchange[]){ { STABLE, ENOTTY }, { PROPOSED, EINVAL }, { 0 } }, 0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_REGISTERS);
	assert_int_equal(info.second, VPASID_SOURCE_NONE);
	assert_int_equal(info.width, 0);
	/* without a capability */
	info = query_registers(
		0, 0, (struct exchange[]){ { STABLE, ENOTTY }, { PROPOSED, EINVAL }, { 0 } }, 0);
	assert_int_equal(info.source, VPASID_SOURCE_REGISTERS);
	assert_int_equal(info.second, VPASID_SOURCE_NONE);
	assert_int_equal(info.width, 0);
}

/* The driver knows better: whether it says "no PASID", or fails. */
static void test_registers_not_needed(void **state)
{
	struct vpasid_info info = query_registers(
		0x1406, 0x0007, (struct exchange[]){ { STABLE, 0, { 0 }, 8 }, { 0 } }, 0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_VFIO_FEATURE);
	assert_int_equal(info.width, 0);
	query_registers(0x1406, 0x0007, (struct exchange[]){ { STABLE, EIO }, { 0 } }, -EIO);
}

static void test_registers_nonsense(void **state)
{
	(void)state;
	query_registers(0x1500, 0x0001,
			(struct exchange[]){ { STABLE, ENOTTY }, { PROPOSED, EINVAL }, { 0 } },
			-EPROTO);
	query_registers(0xffff, 0xffff,
			(struct exchange[]){ { STABLE, ENOTTY }, { PROPOSED, EINVAL }, { 0 } },
			-EIO);
}

static void test_registers_old_kernel(void **state)
{
	struct vpasid_info info = query_registers(0x1406, 0x0001,
						  (struct exchange[]){ { STABLE, ENOTTY },
								       { PROPOSED, EINVAL },
								       { HW_INFO, 0, { 0 } },
								       { WHICH, EOPNOTSUPP },
								       { 0 } },
						  0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_REGISTERS);
	assert_int_equal(info.second, VPASID_SOURCE_NONE);
	assert_int_equal(info.width, 20);
}

static void test_registers_without_iommufd(void **state)
{
	static const struct exchange exchanges[] = { { STABLE, ENOTTY },
						     { PROPOSED, EINVAL },
						     { 0 } };
	const struct vpasid_registers given = { sizeof(given), 0x1402, 0x0001 };
	struct vpasid_info info;

	(void)state;
	next = exchanges;
	assert_int_equal(vpasid_query_bound(FD, -1, DEV_ID, &given, &info), 0);
	assert_int_equal(info.source, VPASID_SOURCE_REGISTERS);
	assert_int_equal(info.width, 20);
	assert_int_equal(info.capabilities, VPASID_CAP_EXEC);
	assert_int_equal(next->feature, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_registers_disagree),
		cmocka_unit_test(test_registers_off),
		cmocka_unit_test(test_registers_not_needed),
		cmocka_unit_test(test_registers_nonsense),
		cmocka_unit_test(test_registers_old_kernel),
		cmocka_unit_test(test_registers_without_iommufd),
	};

	return cmocka_run_group_tests_name("query_registers", tests, NULL, NULL);
}
