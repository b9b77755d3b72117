// SPDX-License-Identifier: MIT
/*
 * What a VMM does when its guest uses a PASID of the function: it attaches an address
 * space to the PASID, and later detaches it. doc/vmm-reference.md explains it.
 *
 *	attach /dev/vfio/devices/vfioN PASID      a function that a VFIO driver is bound to
 *
 * This requires Linux 6.15 or later with iommufd. Here, the address space is empty; a VMM maps
 * the guest's memory in it, or nests the guest's own page tables.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <vpasid/vpasid.h>

struct device {
	int fd, iommufd;
	uint32_t dev_id;
};

static int complain(const char *what, const char *why)
{
	fprintf(stderr, "attach: %s: %s\n", what, why);
	return 1;
}

/* Headers before Linux 6.6 don't have this. */
static int bind_iommufd(struct device *device)
{
	struct {
		__u32 argsz, flags;
		__s32 iommufd;
		__u32 out_devid;
	} bind = { .argsz = sizeof(bind), .iommufd = device->iommufd };

	if (ioctl(device->fd, _IO(VFIO_TYPE, VFIO_BASE + 18), &bind))
		return -errno;
	device->dev_id = bind.out_devid;
	return 0;
}

/* Attaching succeeds even if the function has no PASID, so query that first. */
static int check(const struct device *device, uint32_t pasid)
{
	struct vpasid_info info;
	int ret = vpasid_query_bound(device->fd, device->iommufd, device->dev_id, NULL, &info);

	if (ret)
		return complain("no answer from the host", strerror(-ret));
	printf("PASIDs of %u bits, according to %s\n", vpasid_info_usable_width(&info),
	       vpasid_source_name(info.source));
	if (pasid >> vpasid_info_usable_width(&info))
		return complain("PASID", "it has more bits");
	return 0;
}

static int attach(const struct device *device, uint32_t pasid, uint32_t ioas, uint32_t *hwpt)
{
	unsigned int step = VPASID_STEP_HWPT;
	int ret = vpasid_hwpt_alloc(device->iommufd, device->dev_id, ioas, hwpt);

	if (!ret) {
		step = VPASID_STEP_ATTACH;
		ret = vpasid_attach(device->fd, pasid, *hwpt);
	}
	if (ret)
		return complain("PASID", vpasid_attach_why(device->fd, step, ret));
	printf("PASID %u: attached\n", pasid);
	return 0;
}

static int detach(const struct device *device, uint32_t pasid, uint32_t ioas, uint32_t hwpt)
{
	unsigned int step = VPASID_STEP_DETACH;
	int ret = vpasid_detach(device->fd, pasid);

	if (!ret) {
		step = VPASID_STEP_DESTROY;
		ret = vpasid_destroy(device->iommufd, hwpt);
	}
	if (!ret)
		ret = vpasid_destroy(device->iommufd, ioas);
	if (ret)
		return complain("PASID", vpasid_attach_why(device->fd, step, ret));
	printf("PASID %u: detached\n", pasid);
	return 0;
}

int main(int argc, char **argv)
{
	uint32_t pasid = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 0) : 0, ioas, hwpt;
	struct device device = { 0 };
	int ret;

	if (argc != 3)
		return complain("usage", "attach /dev/vfio/devices/vfioN PASID");
	device.fd = open(argv[1], O_RDWR | O_CLOEXEC);
	device.iommufd = open("/dev/iommu", O_RDWR | O_CLOEXEC);
	if (device.fd < 0 || device.iommufd < 0)
		return complain(device.fd < 0 ? argv[1] : "/dev/iommu", strerror(errno));
	ret = bind_iommufd(&device);
	if (ret)
		return complain(argv[1], strerror(-ret));

	if (check(&device, pasid))
		return 1;
	ret = vpasid_ioas_alloc(device.iommufd, &ioas);
	if (ret)
		return complain("IOAS", vpasid_attach_why(-1, VPASID_STEP_IOAS, ret));
	/* after an error, closing the files releases what is left */
	return attach(&device, pasid, ioas, &hwpt) || detach(&device, pasid, ioas, hwpt);
}
