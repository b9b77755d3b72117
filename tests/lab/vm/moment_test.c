// SPDX-License-Identifier: MIT
/*
 * moment_test follows|stays BDF PF OFFSET [VF_TOKEN]: what is said of PASID, from VFIO's claim
 * to page tables that were made for PASIDs, is what the hardware has at that moment. PASID
 * follows the page tables of BDF, as with AMD's driver, which attaches none to a PASID; or it
 * stays on, and can be attached. OFFSET is that of PF's PASID capability. The lab fails if the
 * kernel warns.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <vpasid/attach.h>
#include <vpasid/iommu.h>
#include <vpasid/query.h>

#include "device.h"
#include "iommufd_abi.h"
#include "tap.h"
#include "vfio/vfio.h"

static struct vfio vfio;
static const char *pf;
static unsigned int capability;
static bool follows;

static uint16_t hardware(unsigned int reg)
{
	uint8_t config[4096];

	read_hardware(pf, config);
	return config[capability + reg] | config[capability + reg + 1] << 8;
}

/* The registers are for a driver that doesn't report PASID. */
static struct vpasid_info answer(void)
{
	const struct vpasid_registers registers = {
		.capability = hardware(PCI_PASID_CAP),
		.control = hardware(PCI_PASID_CTRL),
	};
	struct vpasid_info info = { 0 };

	vpasid_query_bound(vfio.device, vfio_iommufd(&vfio), vfio.dev_id, &registers, &info);
	return info;
}

/* @at: where it is attached; @on: whether PASID is to be on there. */
static void moment(const char *at, bool on)
{
	struct vpasid_info device = { 0 }, all = answer();
	int ret = vpasid_query_device(vfio.device, &device);
	bool enabled = hardware(PCI_PASID_CTRL) & PCI_PASID_CTRL_ENABLE;

	tap(enabled == on, "%s: PASID Control is %u", at, enabled);
	tap(ret == -EOPNOTSUPP || (!ret && !device.width == !enabled), "%s: so says the driver",
	    at);
	tap(ret == -EOPNOTSUPP || (device.known & VPASID_KNOWN_IOMMU_WIDTH && device.iommu_width),
	    "%s: which knows the IOMMU's width, %u", at, device.iommu_width);
	tap(all.source && !all.width == !enabled && !all.differs, "%s: all sources agree", at);
	tap(!!vpasid_info_usable_width(&all) == (on && !follows), "%s: %u bits can be used", at,
	    vpasid_info_usable_width(&all));
}

static uint32_t new_hwpt(uint32_t flags, uint32_t ioas)
{
	struct hwpt_alloc alloc = {
		.size = sizeof(alloc),
		.flags = flags,
		.dev_id = vfio.dev_id,
		.pt_id = ioas,
	};

	return ioctl(vfio.context, HWPT_ALLOC, &alloc) ? 0 : alloc.out_hwpt_id;
}

static void test_attach(uint32_t hwpt)
{
	int ret = vpasid_attach(vfio.device, 1, hwpt);

	tap(ret == (follows ? -EOPNOTSUPP : 0), "a PASID is attached, or refused: %s",
	    strerror(-ret));
	if (follows)
		tap(strstr(vpasid_attach_why(vfio.device, VPASID_STEP_ATTACH, ret), "AMD") != NULL,
		    "and the reason names AMD's driver");
	else
		tap(vpasid_detach(vfio.device, 1) == 0, "it is detached");
}

static void test_iommu(void)
{
	struct vpasid_iommu_abilities abilities = { 0 };
	struct vpasid_iommu iommu;
	int ret = vpasid_query_iommu(vfio.context, vfio.dev_id, &iommu);

	tap(!ret && iommu.type == (follows ? VPASID_IOMMU_AMD : VPASID_IOMMU_INTEL_VTD),
	    "iommufd has the registers of the IOMMU, %s", vpasid_iommu_type_name(iommu.type));
	ret = vpasid_iommu_decode(&iommu, &abilities);
	tap(!ret && abilities.pasid_width == answer().iommu_width,
	    "which say that it takes PASIDs of %u bits", abilities.pasid_width);
}

int main(int argc, char **argv)
{
	uint32_t ioas = 0, plain, hwpt;

	if (argc < 5) {
		fputs("usage: moment_test follows|stays BDF PF OFFSET [VF_TOKEN]\n", stderr);
		return 2;
	}
	follows = !strcmp(argv[1], "follows");
	pf = argv[3];
	capability = strtoul(argv[4], NULL, 0);
	open_vfio(argv[2], argc > 5 ? argv[5] : NULL, &vfio);

	moment("claimed", !follows);
	vpasid_ioas_alloc(vfio.context, &ioas);
	tap(!vfio_attach(&vfio, ioas), "it is attached to an address space");
	moment("address space", !follows);
	plain = new_hwpt(0, ioas);
	tap(plain && !vfio_attach(&vfio, plain), "to page tables");
	moment("page tables", !follows);
	hwpt = new_hwpt(HWPT_ALLOC_PASID, ioas);
	tap(hwpt && !vfio_attach(&vfio, hwpt), "to page tables for PASIDs");
	moment("page tables for PASIDs", true);
	test_attach(hwpt);
	test_iommu();
	moment("page tables for PASIDs, once more", true);
	tap(!vfio_attach(&vfio, plain), "back to the others");
	moment("page tables once more", !follows);
	vfio_close(&vfio);
	return tap_plan();
}
