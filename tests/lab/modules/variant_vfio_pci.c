// SPDX-License-Identifier: GPL-2.0-only
/*
 * Somebody else's variant driver, as far as vfio_pasid has to do with one. It reads and writes
 * by functions of its own, as nvgrace and hisi_acc do: the function's vendor is VARIANT_VENDOR
 * to the user. It has no device_feature, as qat, unless it was loaded with feature=1. With
 * most=N it reads no more than N bytes at once.
 */
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>
#include <linux/vfio_pci_core.h>

#include "../../../driver/compat.h"

#define VARIANT_VENDOR	0xabcd

static bool enable_sriov;
module_param(enable_sriov, bool, 0644);

static bool feature;
module_param(feature, bool, 0444);

static uint most = UINT_MAX;
module_param(most, uint, 0644);

/* A read that begins with the vendor's ID and has all of it */
static bool variant_is_of_vendor(size_t count, loff_t pos)
{
	return VFIO_PCI_OFFSET_TO_INDEX(pos) == VFIO_PCI_CONFIG_REGION_INDEX &&
	       (pos & VFIO_PCI_OFFSET_MASK) == PCI_VENDOR_ID && count >= sizeof(u16);
}

static ssize_t variant_read(struct vfio_device *core_vdev, char __user *buf, size_t count,
			    loff_t *ppos)
{
	bool is_of_vendor = variant_is_of_vendor(count, *ppos);
	ssize_t ret = vfio_pci_core_read(core_vdev, buf, min_t(size_t, count, most), ppos);

	if (ret > 0 && is_of_vendor && put_user(VARIANT_VENDOR, (u16 __user *)buf))
		return -EFAULT;
	return ret;
}

static ssize_t variant_write(struct vfio_device *core_vdev, const char __user *buf, size_t count,
			     loff_t *ppos)
{
	return vfio_pci_core_write(core_vdev, buf, count, ppos);
}

static int variant_open_device(struct vfio_device *core_vdev)
{
	struct vfio_pci_core_device *vdev =
		container_of(core_vdev, struct vfio_pci_core_device, vdev);
	int ret;

	ret = vfio_pci_core_enable(vdev);
	if (ret)
		return ret;

	vfio_pci_core_finish_enable(vdev);
	return 0;
}

#define VARIANT_OPS						\
	.name		= KBUILD_MODNAME,			\
	.init		= vfio_pci_core_init_dev,		\
	.release	= vfio_pci_core_release_dev,		\
	.open_device	= variant_open_device,			\
	.close_device	= vfio_pci_core_close_device,		\
	.ioctl		= vfio_pci_core_ioctl,			\
	.read		= variant_read,				\
	.write		= variant_write,			\
	.mmap		= vfio_pci_core_mmap,			\
	.request	= vfio_pci_core_request,		\
	.match		= vfio_pci_core_match,			\
	PASID_VFIO_PCI_REGION_OPS				\
	PASID_VFIO_PCI_TOKEN_OPS				\
	PASID_VFIO_PCI_IOMMUFD_OPS				\
	PASID_VFIO_PCI_DETACH_OPS

static const struct vfio_device_ops variant_ops = {
	VARIANT_OPS
};

static const struct vfio_device_ops variant_ops_with_feature = {
	VARIANT_OPS
	.device_feature	= vfio_pci_core_ioctl_feature,
};

static int variant_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct vfio_pci_core_device *vdev;
	int ret;

	vdev = vfio_alloc_device(vfio_pci_core_device, vdev, &pdev->dev,
				 feature ? &variant_ops_with_feature : &variant_ops);
	if (IS_ERR(vdev))
		return PTR_ERR(vdev);

	dev_set_drvdata(&pdev->dev, vdev);
	ret = vfio_pci_core_register_device(vdev);
	if (ret)
		vfio_put_device(&vdev->vdev);
	return ret;
}

static void variant_remove(struct pci_dev *pdev)
{
	struct vfio_pci_core_device *vdev = dev_get_drvdata(&pdev->dev);

	vfio_pci_core_unregister_device(vdev);
	vfio_put_device(&vdev->vdev);
}

static int variant_sriov_configure(struct pci_dev *pdev, int nr_virtfn)
{
	if (!enable_sriov)
		return -ENOENT;

	return vfio_pci_core_sriov_configure(dev_get_drvdata(&pdev->dev), nr_virtfn);
}

static const struct pci_device_id variant_table[] = {
	{ PCI_DRIVER_OVERRIDE_DEVICE_VFIO(PCI_ANY_ID, PCI_ANY_ID) },
	{}
};

static struct pci_driver variant_driver = {
	.name			= KBUILD_MODNAME,
	.id_table		= variant_table,
	.probe			= variant_probe,
	.remove			= variant_remove,
	.sriov_configure	= variant_sriov_configure,
	.err_handler		= &vfio_pci_core_err_handlers,
	.driver_managed_dma	= true,
};
module_pci_driver(variant_driver);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A VFIO PCI variant driver for tests");
