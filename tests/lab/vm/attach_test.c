// SPDX-License-Identifier: MIT
/*
 * attach_test VF OTHER_VF NARROW PLAIN [VF_TOKEN]: PASIDs of a VF are attached, replaced and
 * detached through <vpasid/attach.h>. That page tables are attached shows by IOMMU_DESTROY,
 * which refuses those in use. NARROW has fewer PASIDs than the IOMMU, PLAIN none.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <vpasid/attach.h>
#include <vpasid/query.h>

#include "device.h"
#include "iommufd_abi.h"
#include "tap.h"
#include "vfio/explain.h"
#include "vfio/vfio.h"

#define MANY 100

/* An open function, an address space of its own and two page tables for it. */
struct function {
	const char *bdf;
	struct vfio vfio;
	struct vpasid_info info;
	uint32_t ioas, hwpt, other_hwpt;
};

static uint32_t new_hwpt(const struct function *function)
{
	uint32_t hwpt = 0;

	vpasid_hwpt_alloc(function->vfio.context, function->vfio.dev_id, function->ioas, &hwpt);
	return hwpt;
}

/* Not one for PASIDs */
static uint32_t new_plain_hwpt(const struct function *function)
{
	struct hwpt_alloc alloc = {
		.size = sizeof(alloc),
		.dev_id = function->vfio.dev_id,
		.pt_id = function->ioas,
	};

	return ioctl(function->vfio.context, HWPT_ALLOC, &alloc) ? 0 : alloc.out_hwpt_id;
}

/* Without the library: with PT_PASID, or what the function does without a PASID */
static int attach_raw(const struct function *function, uint32_t flags, uint32_t pasid,
		      uint32_t pt_id)
{
	struct attach_pt attach = {
		.argsz = sizeof(attach),
		.flags = flags,
		.pt_id = pt_id,
		.pasid = pasid,
	};

	return ioctl(function->vfio.device, ATTACH_PT, &attach) ? -errno : 0;
}

static int detach_raw(const struct function *function, uint32_t flags, uint32_t pasid)
{
	struct detach_pt detach = { .argsz = sizeof(detach), .flags = flags, .pasid = pasid };

	return ioctl(function->vfio.device, DETACH_PT, &detach) ? -errno : 0;
}

static int attach(const struct function *function, uint32_t pasid, uint32_t hwpt)
{
	return vpasid_attach(function->vfio.device, pasid, hwpt);
}

static int detach(const struct function *function, uint32_t pasid)
{
	return vpasid_detach(function->vfio.device, pasid);
}

/* Are these page tables attached? If not, they are gone, and there are new ones. */
static bool is_attached(const struct function *function, uint32_t *hwpt)
{
	int ret = vpasid_destroy(function->vfio.context, *hwpt);

	if (!ret)
		*hwpt = new_hwpt(function);
	return ret == -EBUSY;
}

static void open_function(const char *bdf, const char *token, struct function *function)
{
	struct vfio *vfio = &function->vfio;
	int ret;

	function->bdf = bdf;
	open_vfio(bdf, token, vfio);
	ret = vpasid_query_bound(vfio->device, vfio_iommufd(vfio), vfio->dev_id, NULL,
				 &function->info);
	tap(!ret && function->info.source, "%s: %u bits, of which the IOMMU takes %u, by %s and %s",
	    bdf, function->info.width, function->info.iommu_width,
	    vpasid_source_name(function->info.source), vpasid_source_name(function->info.second));
	tap(vpasid_attach_supported(vfio->device) == 0, "%s: kernel and driver attach PASIDs", bdf);
	tap(vpasid_ioas_alloc(vfio->context, &function->ioas) == 0, "%s: an address space", bdf);
	function->hwpt = new_hwpt(function);
	function->other_hwpt = new_hwpt(function);
	tap(function->hwpt && function->other_hwpt, "%s: page tables for PASIDs", bdf);
}

static void test_attach(struct function *vf)
{
	tap(!is_attached(vf, &vf->hwpt), "page tables that aren't attached can be destroyed");
	tap(attach(vf, 42, vf->hwpt) == 0, "a PASID is attached");
	tap(is_attached(vf, &vf->hwpt), "its page tables are in use");
	tap(vpasid_destroy(vf->vfio.context, vf->ioas) == -EBUSY, "so is their address space");
	tap(attach(vf, 42, vf->hwpt) == 0, "the same once more changes nothing");
	tap(attach(vf, 43, vf->hwpt) == 0, "another PASID may have the same page tables");
	tap(detach(vf, 42) == 0 && is_attached(vf, &vf->hwpt),
	    "when the first is detached, the second still has them");
	tap(detach(vf, 43) == 0, "the second is detached, too");
	tap(!is_attached(vf, &vf->hwpt), "the page tables are free");
	tap(detach(vf, 43) == 0, "to detach what isn't attached is no error");
}

static void test_replace(struct function *vf)
{
	tap(attach(vf, 42, vf->hwpt) == 0 && is_attached(vf, &vf->hwpt), "a PASID is attached");
	tap(vpasid_replace(vf->vfio.device, 42, vf->other_hwpt) == 0, "it is given another one");
	tap(is_attached(vf, &vf->other_hwpt), "which is in use");
	tap(!is_attached(vf, &vf->hwpt), "and the first one isn't");
	tap(attach(vf, 42, vf->hwpt) == 0 && is_attached(vf, &vf->hwpt) &&
		    !is_attached(vf, &vf->other_hwpt),
	    "a second attach replaces, too");
	tap(vpasid_replace(vf->vfio.device, 42, 0x7fffffff) == -ENOENT &&
		    is_attached(vf, &vf->hwpt),
	    "if it can't be replaced, the first one stays");
	tap(detach(vf, 42) == 0 && !is_attached(vf, &vf->hwpt), "it is detached");
	tap(vpasid_replace(vf->vfio.device, 42, vf->hwpt) == 0 && is_attached(vf, &vf->hwpt) &&
		    detach(vf, 42) == 0,
	    "where nothing is, replace attaches");
}

static void test_page_tables(struct function *vf)
{
	uint32_t plain = new_plain_hwpt(vf);

	tap(plain && attach(vf, 42, plain) == -EINVAL, "an HWPT that isn't for PASIDs: EINVAL");
	tap(attach(vf, 42, vf->ioas) == -EINVAL, "an IOAS, of which the kernel makes one: EINVAL");
	tap(attach(vf, 42, vf->vfio.dev_id) == -EINVAL, "what is neither: EINVAL");
	tap(attach(vf, 42, 0x7fffffff) == -ENOENT, "what isn't there: ENOENT");
	tap(strstr(vpasid_attach_why(vf->vfio.device, VPASID_STEP_ATTACH, -EINVAL),
		   "weren't allocated for PASIDs") != NULL,
	    "and the reason says so");

	tap(attach_raw(vf, 0, 0, plain) == 0, "without a PASID, such an HWPT does");
	tap(attach(vf, 42, vf->hwpt) == -EINVAL, "then no PASID is attached: EINVAL");
	tap(attach_raw(vf, 0, 0, vf->other_hwpt) == 0, "one for PASIDs does, too");
	tap(attach(vf, 42, vf->hwpt) == 0, "then a PASID is attached beside it");
	tap(attach_raw(vf, 0, 0, plain) == -EINVAL, "and the plain one isn't taken back: EINVAL");
	tap(detach(vf, 42) == 0 && detach_raw(vf, 0, 0) == 0, "both are detached");
	tap(vpasid_destroy(vf->vfio.context, plain) == 0, "the HWPT is destroyed");
	tap(vpasid_hwpt_alloc(vf->vfio.context, 0x7fffffff, vf->ioas, &plain) == -ENOENT,
	    "page tables for a device that isn't there: ENOENT");
	tap(vpasid_hwpt_alloc(vf->vfio.context, vf->vfio.dev_id, 0x7fffffff, &plain) == -EINVAL,
	    "page tables of an address space that isn't there: EINVAL");
}

/* The library refuses it, because the kernel would understand it as something else. */
static void test_pasid_0(struct function *vf)
{
	tap(attach(vf, 0, vf->hwpt) == -EINVAL && detach(vf, 0) == -EINVAL, "PASID 0: EINVAL");
	tap(attach_raw(vf, PT_PASID, 0, vf->hwpt) == 0, "to the kernel it is a PASID");
	tap(attach_raw(vf, 0, 0, vf->hwpt) == -EBUSY,
	    "and the place of what a function does without one: EBUSY");
	tap(detach_raw(vf, PT_PASID, 0) == 0 && !is_attached(vf, &vf->hwpt), "it is detached");
}

static void test_limits(struct function *function)
{
	uint32_t pasids = 1u << vpasid_info_usable_width(&function->info);
	int ret;

	tap(attach(function, pasids - 1, function->hwpt) == 0, "%s: the last PASID, %u",
	    function->bdf, pasids - 1);
	ret = attach(function, pasids, function->hwpt);
	tap(ret == -EINVAL, "%s: the one beyond: EINVAL", function->bdf);
	tap(attach(function, UINT32_MAX, function->hwpt) == -EINVAL,
	    "%s: the last of 32 bits: EINVAL", function->bdf);
	tap(detach(function, pasids - 1) == 0 && !is_attached(function, &function->hwpt),
	    "%s: detached", function->bdf);
	tap(detach(function, pasids) == (pasids < 1u << VPASID_MAX_WIDTH ? 0 : -EINVAL),
	    "%s: detach beyond: no error, unless it is wider than a PASID", function->bdf);
}

static int attach_many(const struct function *vf)
{
	int attached = 0;

	for (uint32_t pasid = 1; pasid <= MANY; pasid++)
		attached += !attach(vf, pasid, pasid % 2 ? vf->hwpt : vf->other_hwpt);
	return attached;
}

static void test_many(struct function *vf)
{
	int detached = 0;

	tap(attach_many(vf) == MANY, "%d PASIDs of one VF", MANY);
	for (uint32_t pasid = 1; pasid <= MANY; pasid += 2)
		detached += !detach(vf, pasid);
	tap(detached == MANY / 2 && !is_attached(vf, &vf->hwpt), "half of them are detached");
	tap(is_attached(vf, &vf->other_hwpt), "the other half isn't");
	for (uint32_t pasid = 2; pasid <= MANY; pasid += 2)
		detached += !detach(vf, pasid);
	tap(detached == MANY && !is_attached(vf, &vf->other_hwpt), "now it is");
}

/* Both have the same PASID; neither is in the other's way. */
static void test_two(struct function *vf, struct function *other)
{
	tap(attach(vf, 42, vf->hwpt) == 0 && attach(other, 42, other->hwpt) == 0,
	    "the same PASID of two VFs");
	tap(attach(other, 42, vf->other_hwpt + 1000) == -ENOENT,
	    "page tables of another iommufd: ENOENT");
	tap(detach(vf, 42) == 0 && !is_attached(vf, &vf->hwpt), "one is detached");
	tap(is_attached(other, &other->hwpt), "the other isn't");
	tap(detach(other, 42) == 0 && !is_attached(other, &other->hwpt), "now it is");
}

/* Closing the device detaches; what was allocated stays with the iommufd. */
static void test_close(struct function *vf, const char *token)
{
	int iommufd = dup(vf->vfio.context);

	tap(attach_many(vf) == MANY && is_attached(vf, &vf->hwpt), "%d PASIDs, once more", MANY);
	vfio_close(&vf->vfio);
	tap(vpasid_destroy(iommufd, vf->hwpt) == 0 &&
		    vpasid_destroy(iommufd, vf->other_hwpt) == 0 &&
		    vpasid_destroy(iommufd, vf->ioas) == 0,
	    "the device is closed with all of them: nothing is in use any more");
	tap(vpasid_destroy(iommufd, vf->hwpt) == -ENOENT, "to destroy it twice: ENOENT");
	close(iommufd);
	open_function(vf->bdf, token, vf);
	tap(attach(vf, 42, vf->hwpt) == 0, "opened again, it is attached again");
	vfio_close(&vf->vfio);
}

/* The kernel keeps books for it. That's why there is a query before. */
static void test_without_pasid(struct function *plain)
{
	tap(!plain->info.width, "%s has no PASID, says the query", plain->bdf);
	tap(attach(plain, 42, plain->hwpt) == 0, "and the kernel attaches one all the same");
	tap(detach(plain, 42) == 0, "and detaches it");
}

/* Before VFIO_DEVICE_BIND_IOMMUFD all is refused; that says nothing of the kernel. */
static void test_not_bound(const char *name)
{
	struct pci_function function;
	struct vpasid_info info;
	struct bdf bdf;
	int fd;

	bdf_parse(name, &bdf);
	pci_function_read(HOST_SYSFS, &bdf, &function, NULL);
	fd = open(vfio_cdev_node(&function).text, O_RDWR);
	tap(fd >= 0 && vpasid_attach(fd, 42, 1) == -EINVAL && vpasid_detach(fd, 42) == -EINVAL &&
		    vpasid_attach_supported(fd) == -EINVAL,
	    "a device that isn't bound to an iommufd: EINVAL");
	tap(strstr(vpasid_attach_why(fd, VPASID_STEP_ATTACH, -EINVAL), "isn't bound") != NULL,
	    "and the reason says so");
	tap(vpasid_query_device(fd, &info) == -EINVAL, "to query it: EINVAL, too");
	close(fd);
}

int main(int argc, char **argv)
{
	static struct function vf, other, narrow, plain;
	const char *token = argc > 5 ? argv[5] : NULL;

	if (argc < 5) {
		fputs("usage: attach_test VF OTHER_VF NARROW PLAIN [VF_TOKEN]\n", stderr);
		return 2;
	}
	open_function(argv[1], token, &vf);
	open_function(argv[2], token, &other);
	open_function(argv[3], NULL, &narrow);
	open_function(argv[4], NULL, &plain);

	test_attach(&vf);
	test_replace(&vf);
	test_page_tables(&vf);
	test_pasid_0(&vf);
	test_limits(&vf);
	test_limits(&narrow);
	test_many(&vf);
	test_two(&vf, &other);
	test_without_pasid(&plain);
	test_close(&vf, token);
	test_not_bound(vf.bdf);
	tap(attach_many(&other) == MANY, "%d PASIDs of a VF that this program ends with", MANY);
	return tap_plan();
}
