// SPDX-License-Identifier: MIT
/*
 * moment_test amd|amd-v2|other BDF PF OFFSET [VF_TOKEN]: what is said of PASID, from VFIO's claim
 * to page tables that were made for PASIDs, is what the hardware has at that moment. With AMD's
 * driver, which attaches nothing to a PASID, PASID is on with page tables made for PASIDs, and
 * with amd_iommu=pgtbl_v2 with any. Other drivers leave it on, and attach. OFFSET is that of PF's
 * PASID capability. The lab fails if the kernel warns.
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
static bool is_amd, is_v2;

/* The registers are for a driver that doesn't report PASID. */
static struct vpasid_info answer(void)
{
	const struct vpasid_registers registers = {
		.argsz = sizeof(registers),
		.capability = hardware_word(pf, capability + PCI_PASID_CAP),
		.control = hardware_word(pf, capability + PCI_PASID_CTRL),
	};
	struct vpasid_info info = { 0 };

	vpasid_query_bound(vfio.device, vfio_iommufd(&vfio), vfio.dev_id, &registers, &info);
	return info;
}

/* @at: where it is attached; @on: whether PASID is to be on there. Returns what was said. */
static struct vpasid_info moment(const char *at, bool on)
{
	struct vpasid_info device = { 0 }, all = answer();
	int ret = vpasid_query_device(vfio.device, &device);
	bool enabled = hardware_word(pf, capability + PCI_PASID_CTRL) & PCI_PASID_CTRL_ENABLE;

	tap(enabled == on, "%s: PASID Control is %u", at, enabled);
	tap(ret == -EOPNOTSUPP || (!ret && !device.width == !enabled), "%s: so says the driver",
	    at);
	tap(ret == -EOPNOTSUPP || (device.known & VPASID_KNOWN_IOMMU_WIDTH && device.iommu_width),
	    "%s: which knows the IOMMU's width, %u", at, device.iommu_width);
	tap(all.source && !all.width == !enabled && !all.differs, "%s: all sources agree", at);
	return all;
}

/* Where PASIDs can be attached, they can be used. */
static void usable_moment(const char *at, bool on)
{
	struct vpasid_info all = moment(at, on);

	tap(!!vpasid_info_usable_width(&all) == (on && !is_amd), "%s: %u bits can be used", at,
	    vpasid_info_usable_width(&all));
}

/* With page tables that weren't made for PASIDs, the kernel doesn't get as far as to refuse. */
static void useless_moment(const char *at, bool on, uint32_t hwpt)
{
	struct vpasid_info all = moment(at, on);
	int ret = vpasid_attach(vfio.device, 1, hwpt);

	if (!all.width)
		tap(!vpasid_info_usable_width(&all), "%s: none can be used", at);
	tap(ret == -EINVAL &&
		    strstr(vpasid_attach_why(vfio.device, VPASID_STEP_ATTACH, ret), "weren't made"),
	    "%s: a PASID can't be attached, as they weren't made for PASIDs", at);
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

	tap(ret == (is_amd ? -EOPNOTSUPP : 0), "a PASID is attached, or refused: %s",
	    strerror(-ret));
	if (is_amd)
		tap(strstr(vpasid_attach_why(vfio.device, VPASID_STEP_ATTACH, ret), "AMD") != NULL,
		    "and the reason names AMD's driver");
	else
		tap(vpasid_detach(vfio.device, 1) == 0, "it is detached");
}

/* AMD's driver has them for iommufd with CONFIG_AMD_IOMMU_IOMMUFD, which is off in Debian's. */
static void test_iommu(void)
{
	struct vpasid_iommu_abilities abilities = { 0 };
	struct vpasid_iommu iommu = { .argsz = sizeof(iommu) };
	int ret = vpasid_query_iommu(vfio.context, vfio.dev_id, &iommu);

	tap(!ret && iommu.type == (is_amd ? VPASID_IOMMU_NONE : VPASID_IOMMU_INTEL_VTD),
	    "what iommufd has of the IOMMU: %s", vpasid_iommu_type_name(iommu.type));
	if (is_amd)
		return;
	ret = vpasid_iommu_decode(&iommu, &abilities);
	tap(!ret && abilities.pasid_width == answer().iommu_width,
	    "which say that it takes PASIDs of %u bits", abilities.pasid_width);
}

int main(int argc, char **argv)
{
	uint32_t ioas = 0, plain, hwpt;

	if (argc < 5) {
		fputs("usage: moment_test amd|amd-v2|other BDF PF OFFSET [VF_TOKEN]\n", stderr);
		return 2;
	}
	is_v2 = !strcmp(argv[1], "amd-v2");
	is_amd = is_v2 || !strcmp(argv[1], "amd");
	pf = argv[3];
	capability = strtoul(argv[4], NULL, 0);
	open_vfio(argv[2], argc > 5 ? argv[5] : NULL, &vfio);

	usable_moment("claimed", !is_amd);
	vpasid_ioas_alloc(vfio.context, &ioas);
	hwpt = new_hwpt(HWPT_ALLOC_PASID, ioas);
	plain = new_hwpt(0, ioas);
	tap(hwpt && plain, "page tables are made");
	usable_moment("with page tables at hand", !is_amd);
	tap(!vfio_attach(&vfio, ioas), "it is attached to an address space");
	useless_moment("address space", !is_amd || is_v2, hwpt);
	tap(!vfio_attach(&vfio, plain), "to page tables");
	useless_moment("page tables", !is_amd || is_v2, hwpt);
	tap(!vfio_attach(&vfio, hwpt), "to page tables for PASIDs");
	usable_moment("page tables for PASIDs", true);
	test_attach(hwpt);
	test_iommu();
	usable_moment("page tables for PASIDs, once more", true);
	tap(!vfio_attach(&vfio, plain), "back to the others");
	useless_moment("page tables once more", !is_amd || is_v2, hwpt);
	vfio_close(&vfio);
	return tap_plan();
}
