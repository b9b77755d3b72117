// SPDX-License-Identifier: MIT
/*
 * attach_refused_test VF VF_TOKEN WHY: on a kernel that doesn't attach PASIDs, or without
 * iommufd, all of <vpasid/attach.h> says so, and the reason has WHY in it.
 */
#include <errno.h>
#include <string.h>

#include <vpasid/attach.h>
#include <vpasid/query.h>

#include "device.h"
#include "tap.h"
#include "vfio/vfio.h"

static void test_attach(int device, const char *why)
{
	tap(vpasid_attach_supported(device) == -EOPNOTSUPP, "no support: EOPNOTSUPP");
	tap(vpasid_attach(device, 1, 1) == -EOPNOTSUPP, "attach: EOPNOTSUPP");
	tap(vpasid_replace(device, 1, 1) == -EOPNOTSUPP, "replace: EOPNOTSUPP");
	tap(vpasid_detach(device, 1) == -EOPNOTSUPP, "detach: EOPNOTSUPP");
	for (unsigned int step = VPASID_STEP_ATTACH; step <= VPASID_STEP_DETACH; step++)
		tap(strstr(vpasid_attach_why(device, step, -EOPNOTSUPP), why) != NULL,
		    "the reason of step %u: %s", step, why);
}

static void test_container(const struct vfio *vfio)
{
	struct vpasid_info info;
	uint32_t id;

	tap(vpasid_ioas_alloc(vfio->context, &id) == -EOPNOTSUPP, "a container has no IOAS");
	tap(vpasid_query_iommufd(vfio->context, 1, &info) == -EOPNOTSUPP,
	    "nor can it be asked for PASID");
}

static void test_iommufd(const struct vfio *vfio)
{
	uint32_t ioas, hwpt;

	tap(vpasid_ioas_alloc(vfio->context, &ioas) == 0, "the iommufd has an IOAS");
	tap(vpasid_hwpt_alloc(vfio->context, vfio->dev_id, ioas, &hwpt) == -EOPNOTSUPP,
	    "but no page tables for PASIDs: EOPNOTSUPP");
	tap(vpasid_destroy(vfio->context, ioas) == 0, "it is destroyed");
}

int main(int argc, char **argv)
{
	struct vpasid_info info;
	struct vfio vfio;

	if (argc != 4) {
		fputs("usage: attach_refused_test VF VF_TOKEN WHY\n", stderr);
		return 2;
	}
	open_vfio(argv[1], argv[2], &vfio);
	test_attach(vfio.device, argv[3]);
	if (vfio_iommufd(&vfio) < 0)
		test_container(&vfio);
	else
		test_iommufd(&vfio);
	tap(vpasid_query_bound(vfio.device, vfio_iommufd(&vfio), vfio.dev_id, NULL, &info) == 0 &&
		    info.width && info.source == VPASID_SOURCE_VFIO_FEATURE,
	    "the driver tells of PASID");
	vfio_close(&vfio);
	return tap_plan();
}
