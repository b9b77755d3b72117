// SPDX-License-Identifier: MIT
/*
 * Tests vpasid/attach.h against kernels that the lab doesn't have: each test is the ordered
 * list of the ioctls that must come, and how such a kernel answers. tests/lab/attach_test.sh
 * asks real kernels.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

#include <vpasid/attach.h>

#include "iommufd_abi.h"

#define DEVICE	42
#define IOMMUFD 43
#define DEV_ID	7
#define IOAS	8
#define HWPT	9
#define PASID	5

struct exchange {
	int fd;
	unsigned long request;
	uint32_t argument[12]; /* the words that must come */
	size_t words;	       /* how many words there are */
	int error;	       /* the answer: an errno, or 0 */
	uint32_t out;	       /* with 0, this is written */
	size_t at;	       /* to that word of the argument */
};

static const struct exchange *next;

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, void *arg);

int __wrap_ioctl(int fd, unsigned long request, void *arg)
{
	uint32_t *words = arg;

	if (fd != DEVICE && fd != IOMMUFD)
		return __real_ioctl(fd, request, arg);

	assert_non_null(next);
	assert_int_equal(fd, next->fd);
	assert_int_equal(request, next->request);
	assert_memory_equal(words, next->argument, next->words * sizeof(*words));
	errno = next->error;
	if (next->error) {
		next++;
		return -1;
	}
	if (next->out)
		words[next->at] = next->out;
	next++;
	return 0;
}

#define ATTACH(pasid, id, error)                                               \
	{                                                                      \
		DEVICE, ATTACH_PT, { 16, PT_PASID, id, pasid }, 4, error, 0, 0 \
	}
#define DETACH(pasid, error)                                               \
	{                                                                  \
		DEVICE, DETACH_PT, { 12, PT_PASID, pasid }, 3, error, 0, 0 \
	}
/* The library attaches page tables that can't exist, to see how the kernel refuses them. */
#define PROBE(error) ATTACH(1, 0, error)
/* Then it asks VFIO_DEVICE_GET_INFO, to see whether the kernel refuses everything. */
#define INFO(error)                                                                               \
	{                                                                                         \
		DEVICE, VFIO_DEVICE_GET_INFO, { sizeof(struct vfio_device_info) }, 1, error, 0, 0 \
	}

#define LIST(exchanges...) ((const struct exchange[]){ exchanges, { 0 } })

static void begin(const struct exchange *exchanges)
{
	next = exchanges;
}

static void end(void)
{
	assert_int_equal(next->fd, 0);
}

static void attaches(const struct exchange *exchanges, int expected)
{
	begin(exchanges);
	assert_int_equal(vpasid_attach(DEVICE, PASID, HWPT), expected);
	end();
	begin(exchanges);
	assert_int_equal(vpasid_replace(DEVICE, PASID, HWPT), expected);
	end();
}

static void detaches(const struct exchange *exchanges, int expected)
{
	begin(exchanges);
	assert_int_equal(vpasid_detach(DEVICE, PASID), expected);
	end();
}

static void is_supported(const struct exchange *exchanges, int expected)
{
	begin(exchanges);
	assert_int_equal(vpasid_attach_supported(DEVICE), expected);
	end();
}

static void says(const struct exchange *exchanges, unsigned int step, int error, const char *text)
{
	begin(exchanges);
	assert_string_equal(vpasid_attach_why(DEVICE, step, error), text);
	end();
}

static void test_allocate(void **state)
{
	uint32_t id = 0;

	(void)state;
	begin(LIST({ IOMMUFD, IOAS_ALLOC, { 12 }, 3, 0, IOAS, 2 }));
	assert_int_equal(vpasid_ioas_alloc(IOMMUFD, &id), 0);
	end();
	assert_int_equal(id, IOAS);

	begin(LIST(
		{ IOMMUFD, HWPT_ALLOC, { 48, HWPT_ALLOC_PASID, DEV_ID, IOAS }, 12, 0, HWPT, 4 }));
	assert_int_equal(vpasid_hwpt_alloc(IOMMUFD, DEV_ID, IOAS, &id), 0);
	end();
	assert_int_equal(id, HWPT);

	begin(LIST({ IOMMUFD, DESTROY, { 8, HWPT }, 2, 0, 0, 0 }));
	assert_int_equal(vpasid_destroy(IOMMUFD, HWPT), 0);
	end();
}

/* An error doesn't change the caller's variable. */
static void test_allocate_errors(void **state)
{
	uint32_t id = 77;

	(void)state;
	begin(LIST({ IOMMUFD, IOAS_ALLOC, { 12 }, 3, ENOMEM, 0, 0 }));
	assert_int_equal(vpasid_ioas_alloc(IOMMUFD, &id), -ENOMEM);
	end();
	begin(LIST({ IOMMUFD,
		     HWPT_ALLOC,
		     { 48, HWPT_ALLOC_PASID, DEV_ID, IOAS },
		     12,
		     EOPNOTSUPP,
		     0,
		     0 }));
	assert_int_equal(vpasid_hwpt_alloc(IOMMUFD, DEV_ID, IOAS, &id), -EOPNOTSUPP);
	end();
	assert_int_equal(id, 77);
	begin(LIST({ IOMMUFD, DESTROY, { 8, HWPT }, 2, EBUSY, 0, 0 }));
	assert_int_equal(vpasid_destroy(IOMMUFD, HWPT), -EBUSY);
	end();
	assert_int_equal(vpasid_ioas_alloc(IOMMUFD, NULL), -EINVAL);
	assert_int_equal(vpasid_hwpt_alloc(IOMMUFD, DEV_ID, IOAS, NULL), -EINVAL);
}

static void test_attach(void **state)
{
	(void)state;
	attaches(LIST(ATTACH(PASID, HWPT, 0)), 0);
	detaches(LIST(DETACH(PASID, 0)), 0);
}

/* PASID 0, which isn't a PASID to the kernel, and those of more bits than PCIe has. */
static void test_no_pasids(void **state)
{
	static const uint32_t pasids[] = { 0, 1u << 20, UINT32_MAX };

	(void)state;
	begin(NULL);
	for (size_t i = 0; i < sizeof(pasids) / sizeof(pasids[0]); i++) {
		assert_int_equal(vpasid_attach(DEVICE, pasids[i], HWPT), -EINVAL);
		assert_int_equal(vpasid_replace(DEVICE, pasids[i], HWPT), -EINVAL);
		assert_int_equal(vpasid_detach(DEVICE, pasids[i]), -EINVAL);
	}
}

static void test_widest_pasid(void **state)
{
	(void)state;
	begin(LIST(ATTACH((1u << 20) - 1, HWPT, 0)));
	assert_int_equal(vpasid_attach(DEVICE, (1u << 20) - 1, HWPT), 0);
	end();
}

/* If the kernel can attach PASIDs, EINVAL is about the caller's arguments. */
static void test_invalid(void **state)
{
	(void)state;
	attaches(LIST(ATTACH(PASID, HWPT, EINVAL), PROBE(ENOENT)), -EINVAL);
	attaches(LIST(ATTACH(PASID, HWPT, ENOENT)), -ENOENT);
	attaches(LIST(ATTACH(PASID, HWPT, EBUSY)), -EBUSY);
	says(LIST(PROBE(ENOENT)), VPASID_STEP_ATTACH, -EINVAL,
	     "the PASID is 0, or beyond the IOMMU's limit for this function; or the page tables, "
	     "or those for DMA without a PASID, weren't allocated for PASIDs");
}

/* Linux 6.6 to 6.14 accepts no flags. Before the binding it accepts nothing at all. */
static void test_old_kernel(void **state)
{
	(void)state;
	attaches(LIST(ATTACH(PASID, HWPT, EINVAL), PROBE(EINVAL), INFO(0)), -EOPNOTSUPP);
	detaches(LIST(DETACH(PASID, EINVAL), PROBE(EINVAL), INFO(0)), -EOPNOTSUPP);
	is_supported(LIST(PROBE(EINVAL), INFO(0)), -EOPNOTSUPP);
	says(LIST(PROBE(EINVAL), INFO(0)), VPASID_STEP_ATTACH, -EOPNOTSUPP,
	     "the kernel is older than 6.15, and doesn't support attaching PASIDs");
}

static void test_not_bound_yet(void **state)
{
	(void)state;
	attaches(LIST(ATTACH(PASID, HWPT, EINVAL), PROBE(EINVAL), INFO(EINVAL)), -EINVAL);
	detaches(LIST(DETACH(PASID, EINVAL), PROBE(EINVAL), INFO(EINVAL)), -EINVAL);
	is_supported(LIST(PROBE(EINVAL), INFO(EINVAL)), -EINVAL);
	says(LIST(PROBE(EINVAL), INFO(EINVAL)), VPASID_STEP_DETACH, -EINVAL,
	     "the device isn't bound to an iommufd yet (VFIO_DEVICE_BIND_IOMMUFD)");
}

static void test_opened_by_group(void **state)
{
	(void)state;
	attaches(LIST(ATTACH(PASID, HWPT, ENOTTY)), -EOPNOTSUPP);
	detaches(LIST(DETACH(PASID, ENOTTY)), -EOPNOTSUPP);
	is_supported(LIST(PROBE(ENOTTY)), -EOPNOTSUPP);
	says(LIST(PROBE(ENOTTY)), VPASID_STEP_REPLACE, -EOPNOTSUPP,
	     "the device was opened by its group, or isn't a VFIO device: attaching PASIDs "
	     "requires opening it through /dev/vfio/devices/, on a kernel with CONFIG_IOMMUFD and "
	     "CONFIG_VFIO_DEVICE_CDEV");
}

/* The driver of the device or that of the IOMMU can't attach PASIDs. */
static void test_no_driver(void **state)
{
	(void)state;
	attaches(LIST(ATTACH(PASID, HWPT, EOPNOTSUPP)), -EOPNOTSUPP);
	is_supported(LIST(PROBE(EOPNOTSUPP)), -EOPNOTSUPP);
	says(LIST(PROBE(EOPNOTSUPP)), VPASID_STEP_ATTACH, -EOPNOTSUPP,
	     "the driver of the device doesn't support attaching PASIDs: vfio-pci of Linux 6.15 "
	     "and pasid_vfio_pci do");
	is_supported(LIST(PROBE(ENOENT)), 0);
	says(LIST(PROBE(ENOENT)), VPASID_STEP_ATTACH, -EOPNOTSUPP,
	     "the driver of the IOMMU doesn't support attaching PASIDs: up to Linux 7.3, AMD's "
	     "supports them only for SVA");
}

static void test_device_is_gone(void **state)
{
	(void)state;
	attaches(LIST(ATTACH(PASID, HWPT, ENODEV)), -ENODEV);
	is_supported(LIST(PROBE(ENODEV)), -ENODEV);
	says(LIST({ 0 }), VPASID_STEP_ATTACH, -ENODEV,
	     "the device has been removed, or has no IOMMU");
}

/* Each error that the header lists has words of its own, even without a device at hand. */
static void test_every_error_is_explained(void **state)
{
	static const struct {
		unsigned int step;
		int errors[5];
	} listed[] = {
		{ VPASID_STEP_IOAS, { EOPNOTSUPP } },
		{ VPASID_STEP_HWPT, { EOPNOTSUPP, ENOENT, EINVAL, EADDRINUSE } },
		{ VPASID_STEP_ATTACH, { EOPNOTSUPP, EINVAL, ENOENT, EBUSY } },
		{ VPASID_STEP_REPLACE, { EOPNOTSUPP, EINVAL, ENOENT, EBUSY } },
		{ VPASID_STEP_DETACH, { EOPNOTSUPP, EINVAL } },
		{ VPASID_STEP_DESTROY, { EOPNOTSUPP, EBUSY, ENOENT } },
	};
	static const char other[] = "unknown reason: see the kernel's log";

	(void)state;
	for (size_t i = 0; i < sizeof(listed) / sizeof(listed[0]); i++) {
		for (size_t j = 0; listed[i].errors[j]; j++)
			assert_string_not_equal(
				vpasid_attach_why(-1, listed[i].step, -listed[i].errors[j]), other);
		assert_string_equal(vpasid_attach_why(-1, listed[i].step, -EIO), other);
	}
	assert_string_equal(vpasid_attach_why(-1, 99, -EINVAL), other);
}

static void test_real_descriptors(void **state)
{
	int fd = open("/dev/null", O_RDWR);
	uint32_t id;

	(void)state;
	/* A kernel says EBADF here; an emulator of another architecture knows no such ioctl. */
	if (__real_ioctl(-1, IOAS_ALLOC, NULL) && errno == ENOSYS)
		return;
	assert_int_equal(vpasid_ioas_alloc(-1, &id), -EBADF);
	assert_int_equal(vpasid_ioas_alloc(fd, &id), -EOPNOTSUPP);
	assert_int_equal(vpasid_hwpt_alloc(fd, 1, 1, &id), -EOPNOTSUPP);
	assert_int_equal(vpasid_destroy(fd, 1), -EOPNOTSUPP);
	assert_int_equal(vpasid_attach(-1, 1, 1), -EBADF);
	assert_int_equal(vpasid_attach(fd, 1, 1), -EOPNOTSUPP);
	assert_int_equal(vpasid_detach(fd, 1), -EOPNOTSUPP);
	assert_int_equal(vpasid_attach_supported(fd), -EOPNOTSUPP);
	assert_int_equal(vpasid_attach_supported(-1), -EBADF);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_allocate),
		cmocka_unit_test(test_allocate_errors),
		cmocka_unit_test(test_attach),
		cmocka_unit_test(test_no_pasids),
		cmocka_unit_test(test_widest_pasid),
		cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_old_kernel),
		cmocka_unit_test(test_not_bound_yet),
		cmocka_unit_test(test_opened_by_group),
		cmocka_unit_test(test_no_driver),
		cmocka_unit_test(test_device_is_gone),
		cmocka_unit_test(test_every_error_is_explained),
		cmocka_unit_test(test_real_descriptors),
	};

	return cmocka_run_group_tests_name("attach", tests, NULL, NULL);
}
