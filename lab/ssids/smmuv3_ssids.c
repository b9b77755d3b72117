// SPDX-License-Identifier: GPL-2.0-only
/*
 * smmuv3_ssids - stands in for an SMMUv3 with SSIDs, which is Arm's name for PASIDs. The one that
 * QEMU emulates has none. The kernel is told that it has, and goes by that wherever it asks how
 * many PASIDs there are, of the functions that it finds from then on.
 *
 * That is for what is reported. Don't attach anything to a PASID: the tables of the SMMU's driver
 * stay as small as the emulated hardware is, and the driver doesn't look whether a PASID fits in.
 */
#include <linux/iommu.h>
#include <linux/module.h>
#include <linux/pci.h>

static unsigned int bits;
module_param(bits, uint, 0444);
MODULE_PARM_DESC(bits, "how wide the SSIDs are, 0 to 20 bits; SMMU_IDR1.SSIDSIZE of real ones");

static int __init smmuv3_ssids_init(void)
{
	struct pci_dev *pdev = NULL;
	int ret = -ENODEV;

	if (bits > 20)
		return -EINVAL;

	for_each_pci_dev(pdev) {
		struct dev_iommu *iommu = pdev->dev.iommu;

		if (iommu && iommu->iommu_dev) {
			iommu->iommu_dev->max_pasids = 1U << bits;
			ret = 0;
		}
	}
	return ret;
}
module_init(smmuv3_ssids_init);

MODULE_DESCRIPTION("Stand-in for an SMMUv3 with SSIDs");
MODULE_LICENSE("GPL");
