// SPDX-License-Identifier: MIT
/*
 * feature_bench OURS STOCK PLAIN: what calls on open devices cost, in the VM. OURS is bound to
 * pasid_vfio_pci; STOCK, which has PASID, too, and PLAIN, which has none, to stock vfio-pci
 * with vfio_pasid loaded. That answers for both, and stands in the way of config accesses of
 * STOCK alone, so PLAIN's cost what those of stock vfio-pci do.
 */
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>

#include "device.h"
#include "iommufd_abi.h"
#include "measure.h"
#include "vfio/vfio.h"

#define CALLS	      2000
#define UNKNOWN_IOCTL _IO(VFIO_TYPE, 0xff)
#define COUNT(array)  (sizeof(array) / sizeof((array)[0]))

static struct vfio ours, stock, plain;

static void unknown(const void *vfio)
{
	ioctl(((const struct vfio *)vfio)->device, UNKNOWN_IOCTL, 0);
}

static void feature(const void *vfio)
{
	static struct {
		__extension__ struct vfio_device_feature header;
		struct vfio_device_feature_pasid_ext payload;
	} ask = {
		.header.argsz = sizeof(ask),
		.header.flags = VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID_STABLE,
	};

	ioctl(((const struct vfio *)vfio)->device, VFIO_DEVICE_FEATURE, &ask);
}

static void device_info(const void *vfio)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };

	ioctl(((const struct vfio *)vfio)->device, VFIO_DEVICE_GET_INFO, &info);
}

static void config_read(const void *vfio)
{
	uint32_t ids;

	read_config(((const struct vfio *)vfio)->device, PCI_VENDOR_ID, &ids, sizeof(ids));
}

static void config_write(const void *vfio)
{
	const uint8_t latency = 0;

	write_config(((const struct vfio *)vfio)->device, PCI_LATENCY_TIMER, &latency,
		     sizeof(latency));
}

static void hw_info(const void *vfio)
{
	const struct vfio *asked = vfio;
	struct hw_info info = { .size = sizeof(info), .dev_id = asked->dev_id };

	ioctl(asked->context, GET_HW_INFO, &info);
}

static const struct contender features[] = {
	{ "an ioctl nobody knows (the floor)", unknown, &ours },
	{ "PASID's feature, pasid_vfio_pci", feature, &ours },
	{ "PASID's feature, vfio-pci and vfio_pasid", feature, &stock },
	{ "VFIO_DEVICE_GET_INFO", device_info, &ours },
};

static const struct contender reads[] = {
	{ "a config read, stock vfio-pci (the floor)", config_read, &plain },
	{ "a config read, pasid_vfio_pci", config_read, &ours },
	{ "a config read, vfio-pci and vfio_pasid", config_read, &stock },
};

static const struct contender writes[] = {
	{ "a config write, stock vfio-pci (the floor)", config_write, &plain },
	{ "a config write, pasid_vfio_pci", config_write, &ours },
	{ "a config write, vfio-pci and vfio_pasid", config_write, &stock },
};

static const struct contender answers[] = {
	{ "PASID's feature, pasid_vfio_pci (the floor)", feature, &ours },
	{ "IOMMU_GET_HW_INFO", hw_info, &ours },
};

int main(int argc, char **argv)
{
	int ret;

	if (argc != 4) {
		fputs("usage: feature_bench OURS STOCK PLAIN\n", stderr);
		return 2;
	}
	open_vfio(argv[1], NULL, &ours);
	open_vfio(argv[2], NULL, &stock);
	open_vfio(argv[3], NULL, &plain);
	ret = measure(features, COUNT(features), CALLS);
	if (!ret)
		ret = measure(reads, COUNT(reads), CALLS);
	if (!ret)
		ret = measure(writes, COUNT(writes), CALLS);
	if (!ret && vfio_iommufd(&ours) >= 0)
		ret = measure(answers, COUNT(answers), CALLS);
	return ret ? 1 : 0;
}
