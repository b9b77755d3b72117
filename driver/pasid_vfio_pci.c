// SPDX-License-Identifier: GPL-2.0-only
/*
 * A VFIO PCI variant driver that reports PASID through VFIO_DEVICE_FEATURE.
 *
 * The interface is that of <linux/vfio_pasid.h>. The function's own PASID registers
 * are kept out of the user's reach. Everything that isn't about PASID is left to
 * vfio-pci-core.
 */

#include <linux/bitfield.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>
#include <linux/vfio_pci_core.h>

#include <linux/vfio_pasid.h>

#include "pasid_vfio_pci_compat.h"

/*
 * The proposed number means this feature only if the VFIO core hasn't given it to
 * another one. The module is built with the running kernel's header, which tells.
 */
#ifdef VFIO_DEVICE_FEATURE_DMA_BUF
#define PASID_VFIO_PCI_OWNS_FEATURE_11	0
#else
#define PASID_VFIO_PCI_OWNS_FEATURE_11	1
#endif

static bool enable_sriov;
module_param(enable_sriov, bool, 0644);
MODULE_PARM_DESC(enable_sriov,
		 "Enable support for SR-IOV configuration, as vfio-pci's parameter of the same name does. Enabling SR-IOV on a PF typically requires support of the userspace PF driver, enabling VFs without such support may result in non-functional VFs or PF.");

static bool disable_denylist;
module_param(disable_denylist, bool, 0444);
MODULE_PARM_DESC(disable_denylist,
		 "Disable use of device denylist, as vfio-pci's parameter of the same name does. Disabling the denylist allows binding to devices with known errata that may lead to exploitable stability or security issues when accessed by untrusted users.");

static bool guard = true;
module_param(guard, bool, 0444);
MODULE_PARM_DESC(guard,
		 "Keep a VFIO user's accesses away from the registers of the function's own PASID capability: reads give zeros, writes are dropped. Without it they reach the hardware, as with vfio-pci. (default: true)");

/**
 * struct pasid_vfio_pci_device - a function bound to this driver
 * @core_device: What vfio-pci-core keeps; the core wants it to be the first member.
 * @capabilities: What the function supports, VFIO_DEVICE_PASID_CAP_*.
 * @width: Max PASID Width; 0 if the function, or a VF's PF, has no PASID.
 * @guard_start: The first offset in config space that is out of the user's reach.
 * @guard_end: The first offset behind that range; @guard_start if there is none.
 *
 * All members but the core's come from read-only registers. They are set once, before
 * the device is registered, and never change, so no lock is needed.
 */
struct pasid_vfio_pci_device {
	struct vfio_pci_core_device core_device;
	u16 capabilities;
	u8 width;
	u16 guard_start;
	u16 guard_end;
};

static struct pasid_vfio_pci_device *to_pasid_device(struct vfio_device *core_vdev)
{
	return container_of(core_vdev, struct pasid_vfio_pci_device, core_device.vdev);
}

#ifdef CONFIG_PCI_PASID
/*
 * PASID's Capability and Control registers have the permissions in the same bits,
 * which are one higher than those of the uAPI.
 */
#define PASID_PERMISSIONS	(PCI_PASID_CAP_EXEC | PCI_PASID_CAP_PRIV)

static_assert(VFIO_DEVICE_PASID_CAP_EXEC << 1 == PCI_PASID_CAP_EXEC);
static_assert(VFIO_DEVICE_PASID_CAP_PRIV << 1 == PCI_PASID_CAP_PRIV);
static_assert(PCI_PASID_CTRL_EXEC == PCI_PASID_CAP_EXEC);
static_assert(PCI_PASID_CTRL_PRIV == PCI_PASID_CAP_PRIV);

static u16 pasid_permissions(u16 reg)
{
	return FIELD_GET(PASID_PERMISSIONS, reg);
}

static int pasid_vfio_pci_read_capability(struct pasid_vfio_pci_device *pasid_dev)
{
	/* A VF has no PASID capability, it shares its PF's. */
	struct pci_dev *pf = pci_physfn(pasid_dev->core_device.pdev);
	u16 reg;
	int ret;

	if (!pf->pasid_cap)
		return 0;

	ret = pm_runtime_resume_and_get(&pf->dev);
	if (ret)
		return ret;

	ret = pci_read_config_word(pf, pf->pasid_cap + PCI_PASID_CAP, &reg);
	pm_runtime_put(&pf->dev);
	if (ret)
		return pcibios_err_to_errno(ret);

	if (PCI_POSSIBLE_ERROR(reg)) {
		pci_err(pf, "no answer from the PASID Capability register\n");
		return -EIO;
	}

	pasid_dev->capabilities = pasid_permissions(reg);
	pasid_dev->width = min_t(u8, FIELD_GET(PCI_PASID_CAP_WIDTH, reg),
				 VFIO_DEVICE_PASID_MAX_WIDTH);
	return 0;
}

/* Of 0 it isn't known whether the IOMMU has no PASIDs, or its driver doesn't say. */
static void pasid_vfio_pci_report_iommu(struct pasid_vfio_pci_device *pasid_dev,
					struct vfio_device_feature_pasid_ext *ext)
{
	u32 max_pasids = pasid_vfio_pci_max_pasids(&pasid_dev->core_device.pdev->dev,
						   pasid_dev->width);

	if (!max_pasids)
		return;

	ext->iommu_width = ilog2(max_pasids);
	ext->flags = VFIO_DEVICE_PASID_IOMMU_WIDTH;
}

/* The caller has zeroed @ext, which is the answer for a device without PASID. */
static void pasid_vfio_pci_report(struct pasid_vfio_pci_device *pasid_dev,
				  struct vfio_device_feature_pasid_ext *ext)
{
	struct pci_dev *pf = pci_physfn(pasid_dev->core_device.pdev);

	if (!pasid_dev->width)
		return;

	pasid_vfio_pci_report_iommu(pasid_dev, ext);

	/* Drivers of IOMMUs enable PASID at different times, so look each time. */
	if (!data_race(!!pf->pasid_enabled))
		return;

	ext->pasid.capabilities = pasid_dev->capabilities;
	ext->pasid.width = pasid_dev->width;
	ext->enabled = pasid_permissions(pf->pasid_features);
}
#else
static int pasid_vfio_pci_read_capability(struct pasid_vfio_pci_device *pasid_dev)
{
	return 0;
}

static void pasid_vfio_pci_report(struct pasid_vfio_pci_device *pasid_dev,
				  struct vfio_device_feature_pasid_ext *ext)
{
}
#endif /* CONFIG_PCI_PASID */

/* The payload: 4 bytes as proposed, or 8 with the extension. Each is written at once. */
union pasid_vfio_pci_payload {
	struct vfio_device_feature_pasid_ext ext;
	u32 proposed;
	u64 extended;
};

static_assert(offsetof(struct vfio_device_feature_pasid_ext, pasid) == 0);
static_assert(sizeof(struct vfio_device_feature_pasid) == sizeof(u32));
static_assert(sizeof(struct vfio_device_feature_pasid_ext) == sizeof(u64));

static int pasid_vfio_pci_feature_pasid(struct pasid_vfio_pci_device *pasid_dev,
					u32 flags, void __user *arg, size_t argsz)
{
	union pasid_vfio_pci_payload payload = {};
	int ret;

	ret = vfio_check_feature(flags, argsz, VFIO_DEVICE_FEATURE_GET,
				 sizeof(payload.ext.pasid));
	if (ret != 1)
		return ret;

	pasid_vfio_pci_report(pasid_dev, &payload.ext);

	/* put_user() costs half as much as copy_to_user(). */
	if (argsz < sizeof(payload.ext))
		return put_user(payload.proposed, (u32 __user *)arg);
	return put_user(payload.extended, (u64 __user *)arg);
}

static int pasid_vfio_pci_ioctl_feature(struct vfio_device *core_vdev, u32 flags,
					void __user *arg, size_t argsz)
{
	u32 feature = flags & VFIO_DEVICE_FEATURE_MASK;

	if (feature == VFIO_DEVICE_FEATURE_PASID_STABLE ||
	    (PASID_VFIO_PCI_OWNS_FEATURE_11 && feature == VFIO_DEVICE_FEATURE_PASID))
		return pasid_vfio_pci_feature_pasid(to_pasid_device(core_vdev),
						    flags, arg, argsz);

	return vfio_pci_core_ioctl_feature(core_vdev, flags, arg, argsz);
}

/*
 * The guard. The core takes the PASID capability out of the chain, but passes accesses
 * at its offset on to the hardware, where a write to the Control register can switch
 * PASID off for the PF and all its VFs.
 */

static void pasid_vfio_pci_set_guard(struct pasid_vfio_pci_device *pasid_dev)
{
	struct pci_dev *pdev = pasid_dev->core_device.pdev;
	u16 cap;

	if (!guard)
		return;

	/* pdev->pasid_cap depends on the kernel's configuration; the capability doesn't. */
	cap = pci_find_ext_capability(pdev, PCI_EXT_CAP_ID_PASID);
	if (!cap)
		return;

	pasid_dev->guard_start = cap;
	pasid_dev->guard_end = cap + PCI_EXT_CAP_PASID_SIZEOF;

	/* The core has a header without an ID at the chain's head: it must stay. */
	if (cap == PCI_CFG_SPACE_SIZE)
		pasid_dev->guard_start += PCI_PASID_CAP;
}

/* Reads give zeros. Writes succeed and are dropped, as to read-only bytes. */
static int pasid_vfio_pci_guarded_rw(char __user *buf, size_t count, bool iswrite)
{
	u8 dropped[PCI_EXT_CAP_PASID_SIZEOF];

	if (iswrite)
		return copy_from_user(dropped, buf, count) ? -EFAULT : 0;

	return clear_user(buf, count) ? -EFAULT : 0;
}

static ssize_t pasid_vfio_pci_core_rw(struct vfio_device *core_vdev, char __user *buf,
				      size_t count, loff_t *ppos, bool iswrite)
{
	return iswrite ? vfio_pci_core_write(core_vdev, buf, count, ppos) :
			 vfio_pci_core_read(core_vdev, buf, count, ppos);
}

/*
 * An access to config space that touches the guard is split: the part before it is the
 * core's, then comes the guard's, and the part behind it is the core's again. As in the
 * core, it succeeds as a whole or fails, and if it fails *ppos doesn't change.
 */
static ssize_t pasid_vfio_pci_split_rw(struct vfio_device *core_vdev, char __user *buf,
				       size_t before, size_t guarded, size_t behind,
				       loff_t *ppos, bool iswrite)
{
	loff_t pos = *ppos;
	ssize_t ret;

	ret = pasid_vfio_pci_core_rw(core_vdev, buf, before, &pos, iswrite);
	if (ret < 0)
		return ret;

	ret = pasid_vfio_pci_guarded_rw(buf + before, guarded, iswrite);
	if (ret)
		return ret;
	pos += guarded;

	ret = pasid_vfio_pci_core_rw(core_vdev, buf + before + guarded, behind, &pos, iswrite);
	if (ret < 0)
		return ret;

	*ppos = pos;
	return before + guarded + behind;
}

static ssize_t pasid_vfio_pci_rw(struct vfio_device *core_vdev, char __user *buf,
				 size_t count, loff_t *ppos, bool iswrite)
{
	struct pasid_vfio_pci_device *pasid_dev = to_pasid_device(core_vdev);
	u64 first = *ppos & VFIO_PCI_OFFSET_MASK;
	u64 end = first + count;
	u64 guard_first = max_t(u64, first, pasid_dev->guard_start);
	u64 guard_end = min_t(u64, end, pasid_dev->guard_end);

	/* If it reaches beyond config space the core refuses all of it. */
	if (VFIO_PCI_OFFSET_TO_INDEX(*ppos) != VFIO_PCI_CONFIG_REGION_INDEX ||
	    guard_first >= guard_end || end > pasid_dev->core_device.pdev->cfg_size)
		return pasid_vfio_pci_core_rw(core_vdev, buf, count, ppos, iswrite);

	return pasid_vfio_pci_split_rw(core_vdev, buf, guard_first - first,
				       guard_end - guard_first, end - guard_end,
				       ppos, iswrite);
}

static ssize_t pasid_vfio_pci_read(struct vfio_device *core_vdev, char __user *buf,
				   size_t count, loff_t *ppos)
{
	return pasid_vfio_pci_rw(core_vdev, buf, count, ppos, false);
}

static ssize_t pasid_vfio_pci_write(struct vfio_device *core_vdev, const char __user *buf,
				    size_t count, loff_t *ppos)
{
	return pasid_vfio_pci_rw(core_vdev, (char __user *)buf, count, ppos, true);
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
 * The name must be that of the PCI driver: the core makes it the driver_override of
 * the VFs that it creates, so that they are bound to this driver like their PF.
 */
static const struct vfio_device_ops pasid_vfio_pci_ops = {
	.name		= KBUILD_MODNAME,
	.init		= vfio_pci_core_init_dev,
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
	PASID_VFIO_PCI_ATTACH_OPS
};

/*
 * Stock vfio-pci doesn't export this list. As this driver takes any device by
 * driver_override, it has to have the list, too, or it would be a way around it.
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

	ret = pasid_vfio_pci_read_capability(pasid_dev);
	if (ret)
		goto out_put;

	pasid_vfio_pci_set_guard(pasid_dev);
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
 * Any device, but only by driver_override. There is no MODULE_DEVICE_TABLE on
 * purpose: because of a vfio_pci: alias in modules.alias, libvirt and others would
 * prefer this driver to vfio-pci even for devices that nobody wants it for.
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
MODULE_VERSION("0.1.0");
