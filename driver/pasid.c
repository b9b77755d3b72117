// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a VFIO user is told of a function's PASID, and the guard that keeps its registers
 * out of the user's reach.
 *
 * Both modules have this file in them: an object can't be in two modules, so each includes
 * the source. It knows a PCI function and the operations that lie beneath it, and nothing of
 * the module that it is in.
 */

#include <linux/bitfield.h>
#include <linux/iopoll.h>
#include <linux/log2.h>
#include <linux/moduleparam.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>
#include <linux/vfio_pci_core.h>

#include <linux/vfio_pasid.h>

#include "compat.h"

/*
 * The proposed number means this feature only if the VFIO core hasn't given it to
 * another one. The module is built with the running kernel's header, which tells.
 */
#ifdef VFIO_DEVICE_FEATURE_DMA_BUF
#define PASID_OWNS_FEATURE_11	0
#else
#define PASID_OWNS_FEATURE_11	1
#endif

static bool guard = true;
module_param(guard, bool, 0444);
MODULE_PARM_DESC(guard,
		 "Keep a VFIO user's accesses away from the registers of the function's own PASID capability: reads give zeros, writes are dropped. Without it they reach the hardware, as with vfio-pci. (default: true)");

/**
 * struct pasid - what is known of a function's PASID, and what of it is guarded
 * @pdev: The function.
 * @known: @capabilities and @width have been read.
 * @capabilities: What the function supports, VFIO_DEVICE_PASID_CAP_*.
 * @width: Max PASID Width; 0 if the function, or a VF's PF, has no PASID.
 * @guard_start: The first offset in config space that is out of the user's reach.
 * @guard_end: The first offset behind that range; @guard_start if there is none.
 * @told: The kernel's log says that a write was dropped.
 *
 * All but @told come from read-only registers. They don't change once a user has the
 * function open, so no lock is needed.
 */
struct pasid {
	struct pci_dev *pdev;
	bool known;
	u16 capabilities;
	u8 width;
	u16 guard_start;
	u16 guard_end;
	bool told;
};

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

/*
 * Reads while nobody resets the function. Whoever resets it may be waiting for one of its
 * VFs, and so for our caller: so this doesn't wait for longer than most resets take.
 */
static int pasid_read_register(struct pci_dev *pf, u16 *reg)
{
	bool locked;
	int ret;

	ret = read_poll_timeout(pci_cfg_access_trylock, locked, locked, 10 * USEC_PER_MSEC,
				2 * USEC_PER_SEC, false, pf);
	if (ret)
		return ret;

	ret = pci_read_config_word(pf, pf->pasid_cap + PCI_PASID_CAP, reg);
	pci_cfg_access_unlock(pf);
	if (ret)
		return pcibios_err_to_errno(ret);
	return PCI_POSSIBLE_ERROR(*reg) ? -EIO : 0;
}

static int pasid_read_capability(struct pasid *pasid)
{
	/* A VF has no PASID capability, it shares its PF's. */
	struct pci_dev *pf = pci_physfn(pasid->pdev);
	u16 reg;
	int ret;

	if (!pf->pasid_cap) {
		pasid->known = true;
		return 0;
	}

	ret = pm_runtime_resume_and_get(&pf->dev);
	if (ret)
		return ret;

	ret = pasid_read_register(pf, &reg);
	pm_runtime_put(&pf->dev);
	if (ret) {
		pci_err(pf, "no answer from the PASID Capability register (%d)\n", ret);
		return ret;
	}

	pasid->capabilities = pasid_permissions(reg);
	pasid->width = min_t(u8, FIELD_GET(PCI_PASID_CAP_WIDTH, reg),
			     VFIO_DEVICE_PASID_MAX_WIDTH);
	pasid->known = true;
	return 0;
}

/* Of 0 it isn't known whether the IOMMU has no PASIDs, or its driver doesn't say. */
static void pasid_report_iommu(const struct pasid *pasid,
			       struct vfio_device_feature_pasid_ext *ext)
{
	u32 max_pasids = compat_max_pasids(&pasid->pdev->dev, pasid->width);

	if (!max_pasids)
		return;

	ext->iommu_width = ilog2(max_pasids);
	ext->flags = VFIO_DEVICE_PASID_IOMMU_WIDTH;
}

/* The caller has zeroed @ext, which is the answer for a device without PASID. */
static void pasid_report(const struct pasid *pasid, struct vfio_device_feature_pasid_ext *ext)
{
	struct pci_dev *pf = pci_physfn(pasid->pdev);

	if (!pasid->width)
		return;

	pasid_report_iommu(pasid, ext);

	/* Drivers of IOMMUs enable PASID at different times, so look each time. */
	if (!data_race(!!pf->pasid_enabled))
		return;

	ext->pasid.capabilities = pasid->capabilities;
	ext->pasid.width = pasid->width;
	ext->enabled = pasid_permissions(pf->pasid_features);
}

static u16 pasid_find_capability(struct pci_dev *pdev)
{
	return pdev->pasid_cap;
}
#else
static int pasid_read_capability(struct pasid *pasid)
{
	pasid->known = true;
	return 0;
}

static void pasid_report(const struct pasid *pasid, struct vfio_device_feature_pasid_ext *ext)
{
}

/* The kernel doesn't look for it, but the hardware may have it. */
static u16 pasid_find_capability(struct pci_dev *pdev)
{
	u16 cap;

	pm_runtime_get_sync(&pdev->dev);
	cap = pci_find_ext_capability(pdev, PCI_EXT_CAP_ID_PASID);
	pm_runtime_put(&pdev->dev);
	return cap;
}
#endif /* CONFIG_PCI_PASID */

/* The payload: 4 bytes as proposed, or 8 with the extension. Each is written at once. */
union pasid_payload {
	struct vfio_device_feature_pasid_ext ext;
	u32 proposed;
	u64 extended;
};

static_assert(offsetof(struct vfio_device_feature_pasid_ext, pasid) == 0);
static_assert(sizeof(struct vfio_device_feature_pasid) == sizeof(u32));
static_assert(sizeof(struct vfio_device_feature_pasid_ext) == sizeof(u64));

/* Whether VFIO_DEVICE_FEATURE with these flags is about PASID. */
static bool pasid_is_feature(u32 flags)
{
	u32 feature = flags & VFIO_DEVICE_FEATURE_MASK;

	return feature == VFIO_DEVICE_FEATURE_PASID_STABLE ||
	       (PASID_OWNS_FEATURE_11 && feature == VFIO_DEVICE_FEATURE_PASID);
}

/* VFIO_DEVICE_FEATURE_PASID, and its extension */
static int pasid_feature(const struct pasid *pasid, u32 flags, void __user *arg, size_t argsz)
{
	union pasid_payload payload = {};
	int ret;

	ret = vfio_check_feature(flags, argsz, VFIO_DEVICE_FEATURE_GET,
				 sizeof(payload.ext.pasid));
	if (ret != 1)
		return ret;

	if (!pasid->known)
		return -EIO;

	pasid_report(pasid, &payload.ext);

	/* put_user() costs half as much as copy_to_user(). */
	if (argsz < sizeof(payload.ext))
		return put_user(payload.proposed, (u32 __user *)arg);
	return put_user(payload.extended, (u64 __user *)arg);
}

/*
 * The guard. vfio-pci-core takes the PASID capability out of the chain, but passes accesses
 * at its offset on to the hardware, where a write to the Control register can switch
 * PASID off for the PF and all its VFs.
 */

static void pasid_set_guard(struct pasid *pasid)
{
	u16 cap = guard ? pasid_find_capability(pasid->pdev) : 0;

	if (!cap)
		return;

	pasid->guard_start = cap;
	pasid->guard_end = cap + PCI_EXT_CAP_PASID_SIZEOF;

	/* The core has a header without an ID at the chain's head: it must stay. */
	if (cap == PCI_CFG_SPACE_SIZE)
		pasid->guard_start += PCI_PASID_CAP;
}

/* Software that writes to the register may believe that PASID is as it wanted. */
static void pasid_tell_dropped(struct pasid *pasid)
{
	if (READ_ONCE(pasid->told) || xchg(&pasid->told, true))
		return;

	pci_notice(pasid->pdev,
		   "a VFIO user's write to the PASID capability was dropped, as all of them are; %s with guard=0 lets them through\n",
		   KBUILD_MODNAME);
}

/* Reads give zeros. Writes succeed and are dropped, as to read-only bytes. */
static int pasid_rw_guarded(struct pasid *pasid, char __user *buf, size_t count, bool iswrite)
{
	u8 dropped[PCI_EXT_CAP_PASID_SIZEOF];

	if (!iswrite)
		return clear_user(buf, count) ? -EFAULT : 0;

	if (copy_from_user(dropped, buf, count))
		return -EFAULT;
	pasid_tell_dropped(pasid);
	return 0;
}

static ssize_t pasid_rw_beneath(const struct vfio_device_ops *beneath, struct vfio_device *vdev,
				char __user *buf, size_t count, loff_t *ppos, bool iswrite)
{
	return iswrite ? beneath->write(vdev, buf, count, ppos) :
			 beneath->read(vdev, buf, count, ppos);
}

/*
 * An access to config space that touches the guard is split: what lies beneath has the part
 * before it, then comes the guard's, and what lies beneath has the part behind it. As in the
 * core, it succeeds as a whole or fails, and if it fails *ppos doesn't change; if another
 * driver does less than it was asked for, the access ends there.
 */
static ssize_t pasid_rw_split(struct pasid *pasid, const struct vfio_device_ops *beneath,
			      struct vfio_device *vdev, char __user *buf, size_t before,
			      size_t guarded, size_t behind, loff_t *ppos, bool iswrite)
{
	loff_t pos = *ppos;
	ssize_t done = 0, ret;

	if (before) {
		done = pasid_rw_beneath(beneath, vdev, buf, before, &pos, iswrite);
		if (done < 0)
			return done;
		if (done < before)
			goto out;
	}

	ret = pasid_rw_guarded(pasid, buf + done, guarded, iswrite);
	if (ret)
		return ret;
	pos += guarded;
	done += guarded;

	if (behind) {
		ret = pasid_rw_beneath(beneath, vdev, buf + done, behind, &pos, iswrite);
		if (ret < 0)
			return ret;
		done += ret;
	}
out:
	*ppos = pos;
	return done;
}

/**
 * pasid_rw() - a VFIO user's read or write, but for what the guard has of it
 * @pasid: The function's.
 * @beneath: Whose read and write do the rest.
 * @vdev: The device, for @beneath.
 * @buf: The user's buffer, not const for a write, either.
 * @count: Its length.
 * @ppos: Where, as of the device's file; advanced.
 * @iswrite: It is a write.
 *
 * Return: the bytes read or written, or the negative errno.
 */
static ssize_t pasid_rw(struct pasid *pasid, const struct vfio_device_ops *beneath,
			struct vfio_device *vdev, char __user *buf, size_t count, loff_t *ppos,
			bool iswrite)
{
	u64 first = *ppos & VFIO_PCI_OFFSET_MASK;
	u64 end = first + count;
	u64 guard_first = max_t(u64, first, pasid->guard_start);
	u64 guard_end = min_t(u64, end, pasid->guard_end);

	/* If it reaches beyond config space the core refuses all of it. */
	if (VFIO_PCI_OFFSET_TO_INDEX(*ppos) != VFIO_PCI_CONFIG_REGION_INDEX ||
	    guard_first >= guard_end || end > pasid->pdev->cfg_size)
		return pasid_rw_beneath(beneath, vdev, buf, count, ppos, iswrite);

	return pasid_rw_split(pasid, beneath, vdev, buf, guard_first - first,
			      guard_end - guard_first, end - guard_end, ppos, iswrite);
}
