// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * try.h against a kernel that fails where the lab's doesn't: whichever call it is that
 * fails, nothing stays attached or allocated, and the verdict tells the host's inability
 * from an accident.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <vpasid/attach.h>

#include "query/try.h"
#include "support/sysfs.h"
#include "vfio/vfio.h"

/* The kernel: the call that fails, and what it holds. */
static struct {
	int calls, failing, error;
	bool by_group;
	unsigned int width, iommu_width;
	bool knows_iommu, refuses;
	int objects, open;
	uint32_t attached; /* an HWPT, 0 for none */
	uint32_t last_id;
} kernel;

static struct function function = { .pci.driver = "pasid_vfio_pci" };

static int call(void)
{
	return kernel.calls++ == kernel.failing ? kernel.error : 0;
}

int __wrap_query_identify(struct query *query, struct why *why);
int __wrap_vfio_open(const struct pci_function *pci, const char *vf_token, struct vfio *vfio,
		     struct why *why);
void __wrap_vfio_close(struct vfio *vfio);
int __wrap_query_opened(const struct vfio *vfio, struct query *query);
int __wrap_vpasid_attach_supported(int device_fd);
int __wrap_vpasid_ioas_alloc(int iommufd, uint32_t *ioas_id);
int __wrap_vpasid_hwpt_alloc(int iommufd, uint32_t dev_id, uint32_t ioas_id, uint32_t *hwpt_id);
int __wrap_vpasid_attach(int device_fd, uint32_t pasid, uint32_t hwpt_id);
int __wrap_vpasid_replace(int device_fd, uint32_t pasid, uint32_t hwpt_id);
int __wrap_vpasid_detach(int device_fd, uint32_t pasid);
int __wrap_vpasid_destroy(int iommufd, uint32_t id);

int __wrap_query_identify(struct query *query, struct why *why)
{
	(void)query;
	return because(why, call(), "not there");
}

int __wrap_vfio_open(const struct pci_function *pci, const char *vf_token, struct vfio *vfio,
		     struct why *why)
{
	int ret = call();

	assert_string_equal(pci->driver, "pasid_vfio_pci");
	assert_string_equal(vf_token, "token");
	*vfio = (struct vfio){
		.way = kernel.by_group ? &vfio_group_way : &vfio_cdev_way,
		.device = 100,
		.group = kernel.by_group ? 102 : -1,
		.context = 101,
		.dev_id = 7,
	};
	kernel.open += !ret;
	return because(why, ret, "not opened");
}

void __wrap_vfio_close(struct vfio *vfio)
{
	assert_int_equal(vfio->device, 100);
	kernel.open--;
}

int __wrap_query_opened(const struct vfio *vfio, struct query *query)
{
	assert_int_equal(vfio->device, 100);
	query->info = (struct vpasid_info){
		.width = kernel.width,
		.iommu_width = kernel.iommu_width,
		.known = kernel.knows_iommu ? VPASID_KNOWN_IOMMU_WIDTH : 0,
		.attach_refused = kernel.refuses,
	};
	return because(&query->why, call(), "not answered");
}

int __wrap_vpasid_attach_supported(int device_fd)
{
	assert_int_equal(device_fd, 100);
	return call();
}

static int allocate(uint32_t *id)
{
	int ret = call();

	if (ret)
		return ret;
	kernel.objects++;
	*id = ++kernel.last_id;
	return 0;
}

int __wrap_vpasid_ioas_alloc(int iommufd, uint32_t *ioas_id)
{
	assert_int_equal(iommufd, 101);
	return allocate(ioas_id);
}

int __wrap_vpasid_hwpt_alloc(int iommufd, uint32_t dev_id, uint32_t ioas_id, uint32_t *hwpt_id)
{
	assert_int_equal(iommufd, 101);
	assert_int_equal(dev_id, 7);
	assert_int_equal(ioas_id, kernel.last_id);
	return allocate(hwpt_id);
}

static int attach(int device_fd, uint32_t pasid, uint32_t hwpt_id)
{
	int ret = call();

	assert_int_equal(device_fd, 100);
	assert_int_equal(pasid, 42);
	if (!ret)
		kernel.attached = hwpt_id;
	return ret;
}

int __wrap_vpasid_attach(int device_fd, uint32_t pasid, uint32_t hwpt_id)
{
	assert_int_equal(kernel.attached, 0);
	return attach(device_fd, pasid, hwpt_id);
}

int __wrap_vpasid_replace(int device_fd, uint32_t pasid, uint32_t hwpt_id)
{
	assert_int_not_equal(kernel.attached, 0);
	assert_int_not_equal(kernel.attached, hwpt_id);
	return attach(device_fd, pasid, hwpt_id);
}

int __wrap_vpasid_detach(int device_fd, uint32_t pasid)
{
	return attach(device_fd, pasid, 0);
}

int __wrap_vpasid_destroy(int iommufd, uint32_t id)
{
	int ret = call();

	assert_int_equal(iommufd, 101);
	if (!ret && id == kernel.attached)
		ret = -EBUSY;
	kernel.objects -= !ret;
	return ret;
}

/* @failing: the call that fails, or -1 */
static struct attempt tried(int failing, int error)
{
	static struct attempt attempt;

	kernel.calls = kernel.objects = kernel.open = 0;
	kernel.attached = kernel.last_id = 0;
	kernel.failing = failing;
	kernel.error = error;
	memset(&attempt, 0, sizeof(attempt));
	attempt.pasid = 42;
	attempt.query.function = &function;
	try_pasid(&attempt, "token");
	assert_int_equal(kernel.open, 0);
	return attempt;
}

static void sound(void)
{
	kernel.by_group = kernel.knows_iommu = kernel.refuses = false;
	kernel.width = 20;
}

static void test_done(void **state)
{
	struct attempt attempt;

	(void)state;
	sound();
	attempt = tried(-1, 0);
	assert_int_equal(attempt.verdict, TRY_DONE);
	assert_string_equal(attempt.why.text,
			    "PASID 42 was attached, replaced and detached: this host supports it");
	for (int i = 0; i < TRY_STEPS; i++)
		assert_int_equal(attempt.steps[i].result, TRY_OK);
	assert_int_equal(kernel.objects, 0);
	assert_int_equal(kernel.attached, 0);
}

/* In the order of the calls: pci_function_read is 0. */
enum {
	SUPPORTED = 3,
	FIRST_IOAS,
	FIRST_HWPT,
	SECOND_IOAS,
	SECOND_HWPT,
	ATTACH,
	REPLACE,
	DETACH,
	FIRST_DESTROY,
	CALLS = FIRST_DESTROY + 4,
};

static void test_any_call_may_fail(void **state)
{
	(void)state;
	sound();
	for (int failing = 0; failing < CALLS; failing++) {
		struct attempt attempt = tried(failing, -EIO);

		assert_int_equal(attempt.verdict, TRY_FAILED);
		assert_true(*attempt.why.text);
		/* what the kernel refuses to take back is left to the closing of the files */
		assert_int_equal(kernel.objects, failing == DETACH || failing >= FIRST_DESTROY);
		if (failing != DETACH)
			assert_int_equal(kernel.attached, 0);
	}
	assert_int_equal(tried(CALLS, -EIO).verdict, TRY_DONE);
}

static void impossible(int failing, int error, int step, const char *why)
{
	struct attempt attempt = tried(failing, error);

	assert_int_equal(attempt.verdict, TRY_IMPOSSIBLE);
	assert_string_equal(attempt.why.text, why);
	assert_int_equal(attempt.steps[step].result, TRY_NOT_OK);
	for (int i = step + 1; i < TRY_CLEAN; i++)
		assert_int_equal(attempt.steps[i].result, TRY_SKIPPED);
	assert_int_equal(kernel.objects, 0);
	assert_int_equal(kernel.attached, 0);
}

static void test_impossible(void **state)
{
	(void)state;
	sound();
	impossible(SUPPORTED, -EOPNOTSUPP, TRY_SUPPORT,
		   vpasid_attach_why(100, VPASID_STEP_ATTACH, -EOPNOTSUPP));
	impossible(FIRST_HWPT, -EOPNOTSUPP, TRY_SPACES,
		   "page tables for PASIDs can't be allocated: the kernel is older than 6.13, or "
		   "the IOMMU or its driver doesn't support PASIDs (Operation not supported)");
	kernel.width = 5;
	impossible(ATTACH, -EINVAL, TRY_ATTACH,
		   "this function supports only PASIDs of 5 bits, up to 31");
	kernel.width = 0;
	impossible(-1, 0, TRY_QUERY,
		   "PASID isn't enabled for it on this host: `vpasid explain ` says why");
	kernel.width = 20;
	kernel.knows_iommu = true;
	kernel.iommu_width = 0;
	impossible(-1, 0, TRY_QUERY,
		   "the IOMMU provides only PASID 0 for this function, which stands for DMA "
		   "without a PASID");
	/* AMD: the kernel has its say */
	sound();
	kernel.refuses = true;
	impossible(ATTACH, -EOPNOTSUPP, TRY_ATTACH,
		   path_of("%s (Operation not supported)",
			   vpasid_attach_why(100, VPASID_STEP_ATTACH, -EOPNOTSUPP))
			   .text);
}

/* Another process may reset a function of the group: that's none of the host's inabilities. */
static void test_busy_is_an_accident(void **state)
{
	(void)state;
	sound();
	assert_int_equal(tried(ATTACH, -EBUSY).verdict, TRY_FAILED);
	assert_int_equal(tried(REPLACE, -EBUSY).verdict, TRY_FAILED);
}

static void test_opened_by_group(void **state)
{
	struct attempt attempt;

	(void)state;
	sound();
	kernel.by_group = true;
	attempt = tried(-1, 0);
	assert_int_equal(attempt.verdict, TRY_IMPOSSIBLE);
	assert_int_equal(attempt.steps[TRY_SUPPORT].result, TRY_NOT_OK);
	assert_string_equal(attempt.steps[TRY_OPEN].what.text, "by its group and a container");
	assert_int_equal(kernel.last_id, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_done),
		cmocka_unit_test(test_any_call_may_fail),
		cmocka_unit_test(test_impossible),
		cmocka_unit_test(test_busy_is_an_accident),
		cmocka_unit_test(test_opened_by_group),
	};

	return cmocka_run_group_tests_name("tool_try", tests, NULL, NULL);
}
