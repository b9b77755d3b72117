// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What stock QEMU requires before a guest gets PASID of a vfio-pci device, as of QEMU 11.1:
 * vtd_check_hiod_accel() of its hw/i386/intel_iommu_accel.c, vtd_decide_config() of intel_iommu.c,
 * hw/arm/smmuv3-accel.c, vfio_setup_pcie_cap() of hw/vfio/pci.c; and what the host's kernel then
 * requires in drivers/iommu/intel/ and drivers/vfio/vfio_main.c.
 */
#include <linux/pci_regs.h>

#include "explain/judge.h"
#include "explain/link.h"
#include "explain/viommu.h"

static void judge_no_iommufd(const struct kernel *kernel, struct link *need)
{
	if (kernel->iommufd == FACT_NO) {
		explain_broken(need, "iommufd is missing: the kernel is built without "
				     "CONFIG_IOMMUFD");
		explain_todo(need, "boot a kernel that is built with CONFIG_IOMMUFD and "
				   "CONFIG_VFIO_DEVICE_CDEV");
	} else {
		explain_broken(need, "iommufd is missing");
		explain_todo(need, "modprobe iommufd; this requires a kernel that is built with "
				   "CONFIG_IOMMUFD");
	}
}

/* QEMU: "Need IOMMUFD backend when fsts=on" */
void explain_judge_iommufd(enum fact has_iommufd, const struct kernel *kernel, struct link *need)
{
	if (has_iommufd == FACT_UNKNOWN)
		explain_unknown(need, "the recorded sysfs doesn't show whether there is an "
				      "iommufd");
	else if (has_iommufd == FACT_NO)
		judge_no_iommufd(kernel, need);
	else
		explain_ok(need, "iommufd is available");
}

static void judge_iommufd(const struct function *function, struct link *need)
{
	explain_judge_iommufd(function->has_iommufd, function->kernel, need);
	if (need->verdict != EXPLAIN_OK)
		return;
	if (function->pci.on_vfio && function->has_cdev == FACT_NO) {
		explain_broken(need, "VFIO has no character device for it, which iommufd requires");
		explain_todo(need, "boot a kernel that is built with CONFIG_VFIO_DEVICE_CDEV");
	} else if (*function->cdev) {
		explain_ok(need, "iommufd is available, and so is %s", function->cdev);
	}
}

/*
 * QEMU gets the width only from IOMMU_GET_HW_INFO, and allocates page tables for PASIDs
 * (IOMMU_HWPT_ALLOC_PASID), which are then attached through VFIO.
 */
void explain_judge_qemu_kernel(const struct kernel *kernel, enum viommu_kind kind,
			       struct link *need)
{
	enum fact since = kernel_since(kernel->release, 6, 15);

	if (since == FACT_UNKNOWN) {
		explain_unknown(need, "the kernel's release is unknown: VFIO can attach PASIDs "
				      "in Linux 6.15 and later");
	} else if (since == FACT_NO) {
		explain_broken(need, "VFIO can't attach PASIDs before Linux 6.15");
		explain_todo(need, "boot Linux 6.15 or later");
	} else if (kind == VIOMMU_SMMUV3 && kernel->smmuv3_iommufd == FACT_NO) {
		explain_broken(need, "the kernel is built without CONFIG_ARM_SMMU_V3_IOMMUFD, "
				     "which nesting requires");
		explain_todo(need, "boot a kernel that is built with it");
	} else {
		explain_ok(need, "%s: iommufd reports PASID, and VFIO can attach PASIDs",
			   kernel->release);
	}
}

/* QEMU: "Failed to allocate hwpt: Operation not supported" */
void explain_judge_nesting(const struct iommu *iommu, struct link *need)
{
	const char *lacks;

	switch (iommu_nests(iommu, &lacks)) {
	case FACT_YES:
		explain_ok(need, "%s supports nested translation of a guest's page tables",
			   iommu->name);
		break;
	case FACT_NO:
		explain_broken(need,
			       "%s doesn't support nested translation of a guest's page tables: "
			       "its ECAP lacks %s",
			       iommu->name, lacks);
		break;
	case FACT_UNKNOWN:
		explain_unknown(need, "the kernel doesn't report what %s supports", iommu->name);
	}
}

static void judge_nesting(const struct function *function, struct link *need)
{
	explain_judge_nesting(function->iommu, need);
	if (need->verdict == EXPLAIN_UNKNOWN && function->iommu->kind == IOMMU_SMMUV3)
		explain_todo(need,
			     "ask iommufd: `vpasid query --json %s` reports it as "
			     ".devices[0].iommu.nested",
			     function->pci.bdf.text);
}

/* QEMU: "PASID bits size 20 > host IOMMU PASID bits size 16" */
static void judge_pasid_bits(const struct viommu *viommu, const struct iommu *iommu,
			     struct link *need)
{
	if (!iommu->has_registers)
		explain_unknown(need, "the kernel doesn't report what %s supports", iommu->name);
	else if (viommu->pasid_bits)
		explain_ok(need, "pasid-bits=%u: supported by %s", viommu->pasid_bits, iommu->name);
	else
		explain_broken(need,
			       "%s doesn't support PASIDs, and QEMU refuses a virtual IOMMU that "
			       "does",
			       iommu->name);
}

/* QEMU: "aw-bits 48 > host aw-bits 39", and "supported value for aw-bits is: 48" */
void explain_judge_address_bits(const struct iommu *iommu, struct link *need)
{
	unsigned int bits;

	if (!iommu_address_bits(iommu, &bits))
		explain_unknown(need, "the kernel doesn't report how wide the addresses of %s are",
				iommu->name);
	else if (bits >= VIOMMU_ADDRESS_BITS)
		explain_ok(need, "aw-bits=%d: %s supports addresses of %u bits",
			   VIOMMU_ADDRESS_BITS, iommu->name, bits);
	else
		explain_broken(need,
			       "%s supports addresses of %u bits, but QEMU's first stage "
			       "requires %d",
			       iommu->name, bits, VIOMMU_ADDRESS_BITS);
}

/* QEMU: "First stage 1GB large page is unsupported by host IOMMU" */
static void judge_1gib_pages(const struct iommu *iommu, struct link *need)
{
	switch (iommu_has_1gib_pages(iommu)) {
	case FACT_YES:
		explain_ok(need, "fs1gp=on: %s supports first-stage pages of 1 GiB", iommu->name);
		break;
	case FACT_NO:
		explain_ok(need, "fs1gp=off: %s doesn't support first-stage pages of 1 GiB",
			   iommu->name);
		break;
	case FACT_UNKNOWN:
		explain_ok(need,
			   "fs1gp=off: the kernel doesn't report whether %s supports first-stage "
			   "pages of 1 GiB",
			   iommu->name);
	}
}

/* QEMU: "assignment of PCIe type 0x... devices is not currently supported" */
static void judge_bus(const struct function *function, struct link *need)
{
	if (function->is_pcie == FACT_UNKNOWN) {
		explain_unknown(need, "%s", function_why(function));
		return;
	}
	switch (function->is_pcie == FACT_YES ? function->type : PCI_EXP_TYPE_PCI_BRIDGE) {
	case PCI_EXP_TYPE_RC_END:
		explain_ok(need, "the %s belongs on the guest's root bus",
			   function_type_name(function));
		break;
	case PCI_EXP_TYPE_ENDPOINT:
	case PCI_EXP_TYPE_LEG_END:
		explain_ok(need, "the %s belongs behind a root port of the guest",
			   function_type_name(function));
		break;
	default:
		explain_broken(need, "QEMU assigns only PCIe endpoints, and this is a %s",
			       function_type_name(function));
	}
}

/*
 * vfio_df_check_token() of drivers/vfio/device_cdev.c: a PF that is on VFIO has a token, which its
 * users share with those of its VFs. QEMU: "error bind device ... to iommufd: Permission denied".
 */
static void judge_vf_token(const struct function *function, struct chain *chain)
{
	const struct pci_function *pci = &function->pci;
	struct link *need;

	if (!pci->pf_on_vfio)
		return;
	need = explain_add_need(chain, NEED_QEMU_VF_TOKEN);
	if (kernel_since(function->kernel->release, 6, 17) == FACT_YES)
		explain_broken(need,
			       "its PF %s is bound to a VFIO driver: opening the VF through "
			       "iommufd requires the PF's VF token",
			       pci->pf.text);
	else
		explain_unknown(need,
				"its PF %s is bound to a VFIO driver: in Linux 6.17 and later, "
				"and maybe in this kernel, opening the VF through iommufd "
				"requires the PF's VF token",
				pci->pf.text);
	explain_todo(need,
		     "return the PF to its own driver, and recreate its VFs, which this removes: "
		     "vpasid unbind --force %s",
		     pci->pf.text);
}

void explain_judge_qemu(const struct function *function, struct chain *chain)
{
	struct viommu viommu = viommu_of(function);

	if (viommu.kind != VIOMMU_INTEL && viommu.kind != VIOMMU_SMMUV3)
		return;
	judge_iommufd(function, explain_add_need(chain, NEED_QEMU_IOMMUFD));
	explain_judge_qemu_kernel(function->kernel, viommu.kind,
				  explain_add_need(chain, NEED_QEMU_KERNEL));
	judge_nesting(function, explain_add_need(chain, NEED_QEMU_NESTING));
	if (viommu.kind == VIOMMU_INTEL) {
		judge_pasid_bits(&viommu, function->iommu,
				 explain_add_need(chain, NEED_QEMU_PASID_BITS));
		explain_judge_address_bits(function->iommu,
					   explain_add_need(chain, NEED_QEMU_AW_BITS));
		judge_1gib_pages(function->iommu, explain_add_need(chain, NEED_QEMU_FS1GP));
	}
	judge_bus(function, explain_add_need(chain, NEED_QEMU_BUS));
	judge_vf_token(function, chain);
}
