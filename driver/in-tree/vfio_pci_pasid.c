// SPDX-License-Identifier: GPL-2.0-only
/*
 * PASID in vfio-pci-core: every device of every vfio-pci driver reports it through
 * VFIO_DEVICE_FEATURE, as <linux/vfio_pasid.h> has it, and the function's own PASID
 * registers are kept out of the user's reach.
 */

#include <linux/bitfield.h>
#include <linux/iommu.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include <linux/vfio_pasid.h>

#include "vfio_pci_pasid.h"

static bool pasid_guard = true;
module_param(pasid_guard, bool, 0444);
MODULE_PARM_DESC(pasid_guard,
		 "Keep a user's accesses away from the registers of the function's own PASID capability: reads give zeros, writes are dropped. Without it they reach the hardware. (default: true)");

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

static u16 vfio_pci_pasid_permissions(u16 reg)
{
	return FIELD_GET(PASID_PERMISSIONS, reg);
}

static int vfio_pci_pasid_read_capability(struct vfio_pci_core_device *vdev)
{
	/* A VF has no PASID capability, it shares its PF's. */
	struct pci_dev *pf = pci_physfn(vdev->pdev);
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

	vdev->pasid_capabilities = vfio_pci_pasid_permissions(reg);
	vdev->pasid_width = min_t(u8, FIELD_GET(PCI_PASID_CAP_WIDTH, reg),
				  VFIO_DEVICE_PASID_MAX_WIDTH);
	return 0;
}

/* The caller has zeroed @ext, which is the answer for a device without PASID. */
static void vfio_pci_pasid_report(struct vfio_pci_core_device *vdev,
				  struct vfio_device_feature_pasid_ext *ext)
{
	struct pci_dev *pf = pci_physfn(vdev->pdev);
	struct dev_iommu *iommu = vdev->pdev->dev.iommu;

	if (!vdev->pasid_width)
		return;

	/* Of 0 it isn't known whether the IOMMU has no PASIDs, or its driver doesn't say. */
	if (iommu && iommu->iommu_dev && iommu->max_pasids) {
		ext->iommu_width = ilog2(iommu->max_pasids);
		ext->flags = VFIO_DEVICE_PASID_IOMMU_WIDTH;
	}

	/* Drivers of IOMMUs enable PASID at different times, so look each time. */
	if (!data_race(!!pf->pasid_enabled))
		return;

	ext->pasid.capabilities = vdev->pasid_capabilities;
	ext->pasid.width = vdev->pasid_width;
	ext->enabled = vfio_pci_pasid_permissions(pf->pasid_features);
}
#else
static int vfio_pci_pasid_read_capability(struct vfio_pci_core_device *vdev)
{
	return 0;
}

static void vfio_pci_pasid_report(struct vfio_pci_core_device *vdev,
				  struct vfio_device_feature_pasid_ext *ext)
{
}
#endif /* CONFIG_PCI_PASID */

/*
 * When a driver registers the device. What is read here are read-only registers, so the
 * feature needs none later and is right in any power state.
 */
int vfio_pci_pasid_init(struct vfio_pci_core_device *vdev)
{
	/* pdev->pasid_cap depends on the kernel's configuration; the capability doesn't. */
	vdev->pasid_pos = pci_find_ext_capability(vdev->pdev, PCI_EXT_CAP_ID_PASID);
	return vfio_pci_pasid_read_capability(vdev);
}

/* The payload: 4 bytes as proposed, or 8 with the extension. Each is written at once. */
union vfio_pci_pasid_payload {
	struct vfio_device_feature_pasid_ext ext;
	u32 proposed;
	u64 extended;
};

static_assert(offsetof(struct vfio_device_feature_pasid_ext, pasid) == 0);
static_assert(sizeof(struct vfio_device_feature_pasid) == sizeof(u32));
static_assert(sizeof(struct vfio_device_feature_pasid_ext) == sizeof(u64));

static int vfio_pci_pasid_feature(struct vfio_pci_core_device *vdev, u32 flags,
				  void __user *arg, size_t argsz)
{
	union vfio_pci_pasid_payload payload = {};
	int ret;

	ret = vfio_check_feature(flags, argsz, VFIO_DEVICE_FEATURE_GET,
				 sizeof(payload.ext.pasid));
	if (ret != 1)
		return ret;

	vfio_pci_pasid_report(vdev, &payload.ext);

	if (argsz < sizeof(payload.ext))
		return put_user(payload.proposed, (u32 __user *)arg);
	return put_user(payload.extended, (u64 __user *)arg);
}

/* For features that the core doesn't know. */
int vfio_pci_pasid_ioctl_feature(struct vfio_device *device, u32 flags,
				 void __user *arg, size_t argsz)
{
	struct vfio_pci_core_device *vdev =
		container_of(device, struct vfio_pci_core_device, vdev);

	switch (flags & VFIO_DEVICE_FEATURE_MASK) {
	case VFIO_DEVICE_FEATURE_PASID_STABLE:
#ifndef VFIO_DEVICE_FEATURE_DMA_BUF	/* which has the same number */
	case VFIO_DEVICE_FEATURE_PASID:
#endif
		return vfio_pci_pasid_feature(vdev, flags, arg, argsz);
	default:
		return -ENOTTY;
	}
}

/*
 * The guard. The core hides the PASID capability, so in pci_config_map its bytes belong to
 * none, and accesses to them would go to the hardware, where a write to the Control register
 * can switch PASID off for the PF and all its VFs.
 */
void vfio_pci_pasid_guard(struct vfio_pci_core_device *vdev)
{
	u16 start = vdev->pasid_pos;
	u16 end = start + PCI_EXT_CAP_PASID_SIZEOF;

	BUILD_BUG_ON(PCI_EXT_CAP_ID_MAX >= PCI_CAP_ID_GUARDED_PASID);

	if (!start || !pasid_guard)
		return;

	/* The core has a header without an ID at the chain's head: it must stay. */
	if (start == PCI_CFG_SPACE_SIZE)
		start += PCI_PASID_CAP;

	memset(vdev->pci_config_map + start, PCI_CAP_ID_GUARDED_PASID, end - start);
}

/* Software that writes to the register may believe that PASID is as it wanted. */
static void vfio_pci_pasid_tell_dropped(struct vfio_pci_core_device *vdev)
{
	if (READ_ONCE(vdev->pasid_write_dropped) || xchg(&vdev->pasid_write_dropped, true))
		return;

	pci_notice(vdev->pdev,
		   "a VFIO user's write to the PASID capability was dropped, as all such writes are; load vfio_pci_core with pasid_guard=0 to let them through\n");
}

/*
 * The core has cut the access: it is at most 4 bytes, all of them guarded. Reads give zeros.
 * Writes succeed and are dropped, as to read-only bytes.
 */
ssize_t vfio_pci_pasid_guarded_rw(struct vfio_pci_core_device *vdev, char __user *buf,
				  size_t count, bool iswrite)
{
	__le32 dropped;

	if (!iswrite)
		return clear_user(buf, count) ? -EFAULT : count;

	if (copy_from_user(&dropped, buf, count))
		return -EFAULT;

	vfio_pci_pasid_tell_dropped(vdev);
	return count;
}
