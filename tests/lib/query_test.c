// SPDX-License-Identifier: MIT
/* vpasid/query.h: vpasid_query_device(), and descriptors of neither kind. */
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio_pasid.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

#include <vpasid/query.h>

#include "iommufd_abi.h"
#include "made_answers.h"

static void test_stable_number(void **state)
{
	struct vpasid_info info = query(
		(struct exchange[]){ { STABLE, 0, { 3, 0, 20, 0, 1, 0, 16, KNOWN }, 8 }, { 0 } },
		0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_VFIO_FEATURE);
	assert_int_equal(info.known, VPASID_KNOWN_ENABLED | VPASID_KNOWN_IOMMU_WIDTH);
	assert_int_equal(info.capabilities, VPASID_CAP_EXEC | VPASID_CAP_PRIV);
	assert_int_equal(info.width, 20);
	assert_int_equal(info.enabled, VPASID_CAP_EXEC);
	assert_int_equal(info.iommu_width, 16);
}

static void test_iommu_silent(void **state)
{
	struct vpasid_info info =
		query((struct exchange[]){ { STABLE, 0, { 0, 0, 20, 0, 0, 0, 16 }, 8 }, { 0 } }, 0);

	(void)state;
	assert_int_equal(info.known, VPASID_KNOWN_ENABLED);
	assert_int_equal(info.iommu_width, 0);
	assert_int_equal(vpasid_info_usable_width(&info), 20);
}

/* AMD with PASmax 0, SMMUv3 with SSIDSIZE 0 */
static void test_iommu_of_one_pasid(void **state)
{
	struct vpasid_info info = query(
		(struct exchange[]){ { STABLE, 0, { 3, 0, 20, 0, 1, 0, 0, KNOWN }, 8 }, { 0 } }, 0);

	(void)state;
	assert_int_equal(info.width, 20);
	assert_int_equal(info.enabled, VPASID_CAP_EXEC);
	assert_int_equal(info.known, VPASID_KNOWN_ENABLED | VPASID_KNOWN_IOMMU_WIDTH);
	assert_int_equal(info.iommu_width, 0);
	assert_int_equal(vpasid_info_usable_width(&info), 0);
}

/* AMD while the function is attached to no address space that was made for PASIDs */
static void test_off_now(void **state)
{
	struct vpasid_info info =
		query((struct exchange[]){ { STABLE, 0, { [6] = 15, [7] = KNOWN }, 8 }, { 0 } }, 0);

	(void)state;
	assert_int_equal(info.width, 0);
	assert_int_equal(info.known, VPASID_KNOWN_ENABLED | VPASID_KNOWN_IOMMU_WIDTH);
	assert_int_equal(info.iommu_width, 15);
	assert_int_equal(vpasid_info_usable_width(&info), 0);
}

static void test_no_pasid(void **state)
{
	struct vpasid_info info = query((struct exchange[]){ { STABLE, 0, { 0 }, 8 }, { 0 } }, 0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_VFIO_FEATURE);
	assert_int_equal(info.width, 0);
}

static void test_proposed_number(void **state)
{
	struct vpasid_info info = query((struct exchange[]){ { STABLE, ENOTTY },
							     { PROPOSED, 0, { 2, 0, 16, 0 }, 4 },
							     { 0 } },
					0);

	(void)state;
	assert_int_equal(info.source, VPASID_SOURCE_VFIO_FEATURE_11);
	assert_int_equal(info.known, 0);
	assert_int_equal(info.capabilities, VPASID_CAP_PRIV);
	assert_int_equal(info.width, 16);
	assert_int_equal(info.enabled, 0);
}

/* Linux 6.19 and later: 11 is DMA_BUF, which wants a larger payload. */
static void test_eleven_is_dma_buf(void **state)
{
	(void)state;
	query((struct exchange[]){ { STABLE, ENOTTY }, { PROPOSED, EINVAL }, { 0 } }, -EOPNOTSUPP);
}

static void test_stock_vfio_pci(void **state)
{
	(void)state;
	query((struct exchange[]){ { STABLE, ENOTTY }, { PROPOSED, ENOTTY }, { 0 } }, -EOPNOTSUPP);
}

/* A cdev before VFIO_DEVICE_BIND_IOMMUFD refuses all; that is no "no PASID". */
static void test_not_bound_yet(void **state)
{
	(void)state;
	query((struct exchange[]){ { STABLE, EINVAL }, { 0 } }, -EINVAL);
}

static void test_errors_pass(void **state)
{
	(void)state;
	query((struct exchange[]){ { STABLE, EIO }, { 0 } }, -EIO);
	query((struct exchange[]){ { STABLE, ENOTTY }, { PROPOSED, ENODEV }, { 0 } }, -ENODEV);
}

static void test_nonsense(void **state)
{
	(void)state;
	query((struct exchange[]){ { STABLE, 0, { 0, 0, 21 }, 8 }, { 0 } }, -EPROTO);
	query((struct exchange[]){ { STABLE, ENOTTY }, { PROPOSED, 0, { 0, 0, 255 }, 4 }, { 0 } },
	      -EPROTO);
}

/* What a later kernel may add doesn't disturb. */
static void test_unknown_bits(void **state)
{
	struct vpasid_info info =
		query((struct exchange[]){ { STABLE, 0, { 5, 1, 8, 9, 7, 0, 8, 0xfe | KNOWN }, 8 },
					   { 0 } },
		      0);

	(void)state;
	assert_int_equal(info.capabilities, VPASID_CAP_EXEC);
	assert_int_equal(info.enabled, VPASID_CAP_EXEC);
}

static void test_real_descriptors(void **state)
{
	struct vpasid_info info;
	int fd = open("/dev/null", O_RDWR);

	(void)state;
	/* A kernel says EBADF here; an emulator of another architecture knows no such ioctl. */
	if (ioctl(-1, VFIO_DEVICE_FEATURE, NULL) && errno == ENOSYS)
		return;
	assert_int_equal(vpasid_query_device(-1, &info), -EBADF);
	assert_int_equal(vpasid_query_device(fd, &info), -EOPNOTSUPP);
	assert_int_equal(vpasid_query_device(fd, NULL), -EINVAL);
	assert_int_equal(vpasid_query_iommufd(-1, 1, &info), -EBADF);
	assert_int_equal(vpasid_query_iommufd(fd, 1, &info), -EOPNOTSUPP);
	assert_int_equal(vpasid_query_iommufd(fd, 1, NULL), -EINVAL);
	assert_int_equal(vpasid_query_bound(-1, fd, 1, NULL, &info), -EBADF);
	assert_int_equal(vpasid_query_bound(fd, fd, 1, NULL, &info), -EOPNOTSUPP);
	assert_int_equal(vpasid_query_bound(fd, -1, 1, NULL, NULL), -EINVAL);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stable_number),	   cmocka_unit_test(test_iommu_silent),
		cmocka_unit_test(test_iommu_of_one_pasid), cmocka_unit_test(test_off_now),
		cmocka_unit_test(test_no_pasid),	   cmocka_unit_test(test_proposed_number),
		cmocka_unit_test(test_eleven_is_dma_buf),  cmocka_unit_test(test_stock_vfio_pci),
		cmocka_unit_test(test_not_bound_yet),	   cmocka_unit_test(test_errors_pass),
		cmocka_unit_test(test_nonsense),	   cmocka_unit_test(test_unknown_bits),
		cmocka_unit_test(test_real_descriptors),
	};

	return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
