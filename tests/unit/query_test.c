// SPDX-License-Identifier: MIT
/*
 * vpasid/query.h against kernels that the lab doesn't have: each test is the
 * ordered list of the ioctls that must come, and how such a kernel answers. The
 * kernels that it does have are asked in tests/lab/.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

#include <vpasid/query.h>

#define FD 42

struct exchange {
	uint32_t feature;    /* asked for, with GET */
	size_t payload_size; /* offered */
	int error;	     /* the answer: an errno, or 0 and */
	uint8_t payload[8];  /* these bytes, */
	size_t answered;     /* so many of them */
};

static const struct exchange *next;

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, void *arg);

int __wrap_ioctl(int fd, unsigned long request, void *arg)
{
	struct vfio_device_feature *feature = arg;

	if (fd != FD)
		return __real_ioctl(fd, request, arg);

	assert_non_null(next);
	assert_int_equal(request, VFIO_DEVICE_FEATURE);
	assert_int_equal(feature->flags, VFIO_DEVICE_FEATURE_GET | next->feature);
	assert_int_equal(feature->argsz, sizeof(*feature) + next->payload_size);
	if (next->error) {
		errno = next->error;
		next++;
		return -1;
	}
	memcpy(feature->data, next->payload, next->answered);
	next++;
	return 0;
}

static struct vpasid_info query(const struct exchange *exchanges, int expected)
{
	struct vpasid_info info;
	static const struct vpasid_info zeros;

	next = exchanges;
	memset(&info, 0xa5, sizeof(info));
	assert_int_equal(vpasid_query_device(FD, &info), expected);
	if (expected)
		assert_memory_equal(&info, &zeros, sizeof(info));
	assert_int_equal(next->feature, 0);
	return info;
}

#define STABLE	 VFIO_DEVICE_FEATURE_PASID_STABLE, 8
#define PROPOSED VFIO_DEVICE_FEATURE_PASID, 4

static void test_stable_number(void **state)
{
	struct vpasid_info info =
		query((struct exchange[]){ { STABLE, 0, { 3, 0, 20, 0, 1, 0, 16 }, 8 }, { 0 } }, 0);

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
		query((struct exchange[]){ { STABLE, 0, { 0, 0, 20 }, 8 }, { 0 } }, 0);

	(void)state;
	assert_int_equal(info.known, VPASID_KNOWN_ENABLED);
	assert_int_equal(vpasid_info_usable_width(&info), 20);
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
	struct vpasid_info info = query(
		(struct exchange[]){ { STABLE, 0, { 5, 1, 8, 9, 7, 0, 8, 9 }, 8 }, { 0 } }, 0);

	(void)state;
	assert_int_equal(info.capabilities, VPASID_CAP_EXEC);
	assert_int_equal(info.enabled, VPASID_CAP_EXEC);
}

static void test_real_descriptors(void **state)
{
	struct vpasid_info info;
	int fd = open("/dev/null", O_RDWR);

	(void)state;
	assert_int_equal(vpasid_query_device(-1, &info), -EBADF);
	assert_int_equal(vpasid_query_device(fd, &info), -EOPNOTSUPP);
	assert_int_equal(vpasid_query_device(fd, NULL), -EINVAL);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stable_number),	  cmocka_unit_test(test_iommu_silent),
		cmocka_unit_test(test_no_pasid),	  cmocka_unit_test(test_proposed_number),
		cmocka_unit_test(test_eleven_is_dma_buf), cmocka_unit_test(test_stock_vfio_pci),
		cmocka_unit_test(test_not_bound_yet),	  cmocka_unit_test(test_errors_pass),
		cmocka_unit_test(test_nonsense),	  cmocka_unit_test(test_unknown_bits),
		cmocka_unit_test(test_real_descriptors),
	};

	return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
