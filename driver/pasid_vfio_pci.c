// SPDX-License-Identifier: GPL-2.0-only
/*
 * A VFIO PCI variant driver that reports PASID through VFIO_DEVICE_FEATURE.
 *
 * The interface is that of <linux/vfio_pasid.h>. The user can't access the function's
 * own PASID registers. Everything that isn't about PASID is left to vfio-pci-core.
 */

#include <linux/module.h>
#include <linux/pci.h>
#include <linux/vfio.h>
#include <linux/vfio_pci_core.h>

#include "compat.h"

#include "vfio_pci_pasid.c"
#include "guard.c"

static bool enable_sriov;
module_param(enable_sriov, bool, 0644);
MODULE_PARM_DESC(enable_sriov,
		 "Enable support for SR-IOV configuration, as vfio-pci's parameter of the same name does. Enabling SR-IOV on a PF typically requires support of the userspace PF driver, enabling VFs without such support may result in non-functional VFs or PF.");

static bool disable_denylist;
module_param(disable_denylist, bool, 0444);
MODULE_PARM_DESC(disable_denylist,
		 "Disable use of device denylist, as vfio-pci's parameter of the same name does. Disabling the denylist allows binding to devices with known errata that may lead to exploitable stability or security issues when accessed by untrusted users.");

#ifdef HAVE_vfio_pci_core_device_nointxmask
/*
 * On kernels whose core keeps these settings per device, vfio-pci's parameters only apply to
 * devices of vfio-pci. On other kernels, vfio-pci sets them in the core for all drivers.
 */
static bool nointxmask;
module_param(nointxmask, bool, 0644);
MODULE_PARM_DESC(nointxmask,
		 "Disable support for PCI 2.3 style INTx masking, as vfio-pci's parameter of the same name does.");

#ifdef CONFIG_VFIO_PCI_VGA
static bool disable_vga;
module_param(disable_vga, bool, 0444);
MODULE_PARM_DESC(disable_vga,
		 "Disable VGA resource access, as vfio-pci's parameter of the same name does.");
#endif

static bool disable_idle_d3;
module_param(disable_idle_d3, bool, 0644);
MODULE_PARM_DESC(disable_idle_d3,
		 "Disable using the PCI D3 low power state for idle, unused devices, as vfio-pci's parameter of the same name does.");

/* A device keeps the parameters' values from the time when it is bound. */
static int pasid_vfio_pci_init_dev(struct vfio_device *core_vdev)
{
	struct vfio_pci_core_device *vdev =
		container_of(core_vdev, struct vfio_pci_core_device, vdev);

	vdev->nointxmask = nointxmask;
	vdev->disable_idle_d3 = disable_idle_d3;
#ifdef CONFIG_VFIO_PCI_VGA
	vdev->disable_vga = disable_vga;
#endif
	return vfio_pci_core_init_dev(core_vdev);
}
#else
#define pasid_vfio_pci_init_dev	vfio_pci_core_init_dev
#endif

/**
 * struct pasid_vfio_pci_device - a function bound to this driver
 * @core_device: The device of vfio-pci-core, which requires that it is the first member.
 * @pasid: Set once, before the device is registered.
 */
struct pasid_vfio_pci_device {
	struct vfio_pci_core_device core_device;
	struct vfio_pci_pasid pasid;
};

static struct pasid_vfio_pci_device *to_pasid_device(struct vfio_device *core_vdev)
{
	return container_of(core_vdev, struct pasid_vfio_pci_device, core_device.vdev);
}

static int pasid_vfio_pci_ioctl_feature(struct vfio_device *core_vdev, u32 flags,
					void __user *arg, size_t argsz)
{
	const struct vfio_pci_pasid *pasid = &to_pasid_device(core_vdev)->pasid;

	if (compat_is_pasid(flags))
		return vfio_pci_pasid_feature(pasid, flags, arg, argsz);

	return vfio_pci_core_ioctl_feature(core_vdev, flags, arg, argsz);
}

/* The operations beneath the guard. */
static const struct vfio_device_ops pasid_vfio_pci_core_ops = {
	.read		= vfio_pci_core_read,
	.write		= vfio_pci_core_write,
};

static ssize_t pasid_vfio_pci_read(struct vfio_device *core_vdev, char __user *buf,
				   size_t count, loff_t *ppos)
{
	return pasid_rw(&to_pasid_device(core_vdev)->pasid, &pasid_vfio_pci_core_ops, core_vdev,
			buf, count, ppos, false);
}

static ssize_t pasid_vfio_pci_write(struct vfio_device *core_vdev, const char __user *buf,
				    size_t count, loff_t *ppos)
{
	return pasid_rw(&to_pasid_device(core_vdev)->pasid, &pasid_vfio_pci_core_ops, core_vdev,
			(char __user *)buf, count, ppos, true);
}

static int pasid_vfio_pci_open_device(struct vfio_device *core_vdev)
{
	struct vfio_pci_core_device *vdev = &to_pasid_device(core_vdev)->core_device;
	int ret;

	ret = vfio_pci_core_enable(vdev);
	if (ret)
		return ret;

	vfio_pci_core_finish_enable(vdev);
	return 0;
}

/*
 * The name must be that of the PCI driver: the core sets the driver_override of new VFs
 * to it, so that they are bound to this driver like their PF.
 */
static const struct vfio_device_ops pasid_vfio_pci_ops = {
	.name		= KBUILD_MODNAME,
	.init		= pasid_vfio_pci_init_dev,
	.release	= vfio_pci_core_release_dev,
	.open_device	= pasid_vfio_pci_open_device,
	.close_device	= vfio_pci_core_close_device,
	.ioctl		= vfio_pci_core_ioctl,
	.device_feature	= pasid_vfio_pci_ioctl_feature,
	.read		= pasid_vfio_pci_read,
	.write		= pasid_vfio_pci_write,
	.mmap		= vfio_pci_core_mmap,
	.request	= vfio_pci_core_request,
	.match		= vfio_pci_core_match,
	PASID_VFIO_PCI_REGION_OPS
	PASID_VFIO_PCI_TOKEN_OPS
	PASID_VFIO_PCI_IOMMUFD_OPS
	PASID_VFIO_PCI_DETACH_OPS
	PASID_VFIO_PCI_ATTACH_OPS
};

/*
 * Stock vfio-pci doesn't export this list. Like vfio-pci, this driver takes any device by
 * driver_override, so without the list it would be a way around it.
 */
static bool pasid_vfio_pci_in_denylist(struct pci_dev *pdev)
{
	if (pdev->vendor != PCI_VENDOR_ID_INTEL)
		return false;

	switch (pdev->device) {
	case PCI_DEVICE_ID_INTEL_QAT_C3XXX:
	case PCI_DEVICE_ID_INTEL_QAT_C3XXX_VF:
	case PCI_DEVICE_ID_INTEL_QAT_C62X:
	case PCI_DEVICE_ID_INTEL_QAT_C62X_VF:
	case PCI_DEVICE_ID_INTEL_QAT_DH895XCC:
	case PCI_DEVICE_ID_INTEL_QAT_DH895XCC_VF:
	case PCI_DEVICE_ID_INTEL_DSA_SPR0:
	case PCI_DEVICE_ID_INTEL_IAX_SPR0:
		return true;
	default:
		return false;
	}
}

static bool pasid_vfio_pci_is_denied(struct pci_dev *pdev)
{
	if (!pasid_vfio_pci_in_denylist(pdev))
		return false;

	if (disable_denylist) {
		pci_warn(pdev, "device denylist disabled - allowing device %04x:%04x\n",
			 pdev->vendor, pdev->device);
		return false;
	}

	pci_warn(pdev, "%04x:%04x is in vfio-pci's device denylist, driver probing disallowed\n",
		 pdev->vendor, pdev->device);
	return true;
}

static int pasid_vfio_pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct pasid_vfio_pci_device *pasid_dev;
	int ret;

	if (pasid_vfio_pci_is_denied(pdev))
		return -EINVAL;

	pasid_dev = vfio_alloc_device(pasid_vfio_pci_device, core_device.vdev,
				      &pdev->dev, &pasid_vfio_pci_ops);
	if (IS_ERR(pasid_dev))
		return PTR_ERR(pasid_dev);

	ret = vfio_pci_pasid_init(&pasid_dev->pasid, pdev, guard);
	if (ret)
		goto out_put;

	pasid_vfio_pci_set_dev_ops(&pasid_dev->core_device);
	dev_set_drvdata(&pdev->dev, &pasid_dev->core_device);
	ret = vfio_pci_core_register_device(&pasid_dev->core_device);
	if (ret)
		goto out_put;
	return 0;

out_put:
	vfio_put_device(&pasid_dev->core_device.vdev);
	return ret;
}

static void pasid_vfio_pci_remove(struct pci_dev *pdev)
{
	struct vfio_pci_core_device *vdev = dev_get_drvdata(&pdev->dev);

	vfio_pci_core_unregister_device(vdev);
	vfio_put_device(&vdev->vdev);
}

static int pasid_vfio_pci_sriov_configure(struct pci_dev *pdev, int nr_virtfn)
{
	struct vfio_pci_core_device *vdev = dev_get_drvdata(&pdev->dev);

	if (!enable_sriov)
		return -ENOENT;

	return vfio_pci_core_sriov_configure(vdev, nr_virtfn);
}

/*
 * Any device, but only by driver_override. There is no MODULE_DEVICE_TABLE on purpose:
 * if modules.alias had a vfio_pci: alias for this driver, libvirt and others would
 * prefer it to vfio-pci even for devices that nobody assigned to it.
 */
static const struct pci_device_id pasid_vfio_pci_table[] = {
	{ PCI_DRIVER_OVERRIDE_DEVICE_VFIO(PCI_ANY_ID, PCI_ANY_ID) },
	{}
};

static struct pci_driver pasid_vfio_pci_driver = {
	.name			= KBUILD_MODNAME,
	.id_table		= pasid_vfio_pci_table,
	.probe			= pasid_vfio_pci_probe,
	.remove			= pasid_vfio_pci_remove,
	.sriov_configure	= pasid_vfio_pci_sriov_configure,
	.err_handler		= &vfio_pci_core_err_handlers,
	.driver_managed_dma	= true,
};
module_pci_driver(pasid_vfio_pci_driver);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The vfio-pasid authors");
MODULE_DESCRIPTION("VFIO PCI variant driver that reports PASID");
MODULE_VERSION("0.2.0");
