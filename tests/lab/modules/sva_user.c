// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver that wants shared virtual addressing, and asks for it as those of accelerators do, as
 * idxd: the function takes page requests, and is bound to the memory of the process that binds the
 * driver to it. The kernel log tells what each step returned.
 */
#include <linux/iommu.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/sched.h>

/* Since 6.16, iommu_sva_bind_device() enables these itself. */
#ifdef HAVE_iommu_dev_enable_feature
static void enable_features(struct pci_dev *pdev)
{
	pci_info(pdev, "IOPF: %d\n", iommu_dev_enable_feature(&pdev->dev, IOMMU_DEV_FEAT_IOPF));
	pci_info(pdev, "SVA: %d\n", iommu_dev_enable_feature(&pdev->dev, IOMMU_DEV_FEAT_SVA));
}

static void disable_features(struct pci_dev *pdev)
{
	iommu_dev_disable_feature(&pdev->dev, IOMMU_DEV_FEAT_SVA);
	iommu_dev_disable_feature(&pdev->dev, IOMMU_DEV_FEAT_IOPF);
}
#else
static void enable_features(struct pci_dev *pdev)
{
}

static void disable_features(struct pci_dev *pdev)
{
}
#endif

static int sva_user_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct iommu_sva *bond;

	/* A function of a NUMA node is probed by a thread of the kernel, which has no memory. */
	if (!current->mm)
		return -ESRCH;

	enable_features(pdev);
	bond = iommu_sva_bind_device(&pdev->dev, current->mm);
	if (IS_ERR(bond))
		pci_info(pdev, "bond: %ld\n", PTR_ERR(bond));
	else
		pci_info(pdev, "bond: PASID %u\n", iommu_sva_get_pasid(bond));
	pci_set_drvdata(pdev, bond);
	return 0;
}

static void sva_user_remove(struct pci_dev *pdev)
{
	struct iommu_sva *bond = pci_get_drvdata(pdev);

	if (!IS_ERR(bond))
		iommu_sva_unbind_device(bond);
	disable_features(pdev);
}

/* Only functions whose driver_override names it */
static const struct pci_device_id sva_user_table[] = {
	{ PCI_DEVICE_DRIVER_OVERRIDE(PCI_ANY_ID, PCI_ANY_ID, 1) },
	{}
};

static struct pci_driver sva_user_driver = {
	.name		= KBUILD_MODNAME,
	.id_table	= sva_user_table,
	.probe		= sva_user_probe,
	.remove		= sva_user_remove,
};
module_pci_driver(sva_user_driver);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A driver that wants shared virtual addressing, for tests");
