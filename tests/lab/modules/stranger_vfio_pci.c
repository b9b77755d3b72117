// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver that gives PCI functions to VFIO's users without vfio-pci-core, so that vfio_pasid
 * can't know them. Nobody can open one.
 */
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/vfio.h>

#include "../../../driver/compat.h"

struct stranger {
	struct vfio_device vdev;
};

static int stranger_open_device(struct vfio_device *vdev)
{
	return -EPERM;
}

static void stranger_release(struct vfio_device *vdev)
{
	compat_free_device(vdev);
}

static const struct vfio_device_ops stranger_ops = {
	.name		= KBUILD_MODNAME,
	.open_device	= stranger_open_device,
	.release	= stranger_release,
	PASID_VFIO_PCI_IOMMUFD_OPS
	PASID_VFIO_PCI_DETACH_OPS
};

static int stranger_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct stranger *stranger;
	int ret;

	stranger = vfio_alloc_device(stranger, vdev, &pdev->dev, &stranger_ops);
	if (IS_ERR(stranger))
		return PTR_ERR(stranger);

	pci_set_drvdata(pdev, stranger);
	ret = vfio_register_group_dev(&stranger->vdev);
	if (ret)
		vfio_put_device(&stranger->vdev);
	return ret;
}

static void stranger_remove(struct pci_dev *pdev)
{
	struct stranger *stranger = pci_get_drvdata(pdev);

	vfio_unregister_group_dev(&stranger->vdev);
	vfio_put_device(&stranger->vdev);
}

static const struct pci_device_id stranger_table[] = {
	{ PCI_DRIVER_OVERRIDE_DEVICE_VFIO(PCI_ANY_ID, PCI_ANY_ID) },
	{}
};

static struct pci_driver stranger_driver = {
	.name			= KBUILD_MODNAME,
	.id_table		= stranger_table,
	.probe			= stranger_probe,
	.remove			= stranger_remove,
	.driver_managed_dma	= true,
};
module_pci_driver(stranger_driver);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A VFIO driver without vfio-pci-core for tests");
